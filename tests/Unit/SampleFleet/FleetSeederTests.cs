using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Persistence;
using Portal.Core.Replacements;
using Portal.Core.SampleFleet;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.SampleFleet;

public sealed class FleetSeederTests
{
    private const int Size = 1500;

    [Fact]
    public async Task SeedSample_EmptyDatabase_MakesABelievableFleetWithSecretsThatOpen()
    {
        await using var portal = await TestPortal.CreateAsync();

        var seeded = await portal.Get<FleetSeeder>().SeedSampleAsync(Size, TestContext.Current.CancellationToken);

        Assert.Equal(Size, seeded.Value?.Devices);
        var devices = await portal.ReadAsync(db => db.Devices.Include(device => device.Credential).AsNoTracking().ToListAsync());
        Assert.Equal(4, devices.Select(device => device.Status).Distinct().Count());
        Assert.Equal(3, devices.Select(device => device.OrganizationNumber).Distinct().Count());
        Assert.Equal(12, await portal.ReadAsync(db => db.Products.CountAsync()));
        Assert.Contains(devices, device => device.DeviceKey.Contains(':', StringComparison.Ordinal));
        Assert.All(devices, device => Assert.True(device.Name.Length <= 64 && (device.LastOnlineAt ?? device.CreatedAt) <= portal.Clock.GetUtcNow()));
        var replacements = await portal.ReadAsync(db => db.Replacements.AsNoTracking().ToListAsync());
        Assert.InRange(replacements.Count, Size / 12, Size / 6);
        Assert.Contains(replacements, replacement => replacement.State == ReplacementState.AwaitingHardware);
        Assert.Equal(
            replacements.GroupBy(replacement => replacement.DeviceId).ToDictionary(group => group.Key, group => group.MaxBy(replacement => replacement.Id)!.NewDeviceKey),
            devices.Where(device => device.Version > 1).ToDictionary(device => device.Id, device => device.DeviceKey));

        var vault = portal.Get<SecretVault>();
        foreach (var device in devices.Where(device => device.Id % 20 == 0))
        {
            using var secret = vault.Open(
                device.Credential.KeyId, device.Credential.Sealed,
                new SecretBinding(SecretBinding.Device, device.OrganizationNumber, device.AssetId, device.Credential.Version));
        }
    }

    [Fact]
    public async Task SeedSample_DatabaseWithDevices_Refuses()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");

        Assert.IsType<FleetNotEmpty>((await portal.Get<FleetSeeder>().SeedSampleAsync(10, TestContext.Current.CancellationToken)).Error);
        Assert.IsType<FleetNotEmpty>((await portal.Get<FleetSeeder>().SeedLargeAsync(10, (_, _) => { }, TestContext.Current.CancellationToken)).Error);
        Assert.Equal(1, await portal.ReadAsync(db => db.Devices.CountAsync()));
    }

    [Fact]
    public async Task SeedLarge_EmptyDatabase_LeavesIndexesTriggersAndCountersAsTheyWere()
    {
        await using var portal = await TestPortal.CreateAsync();
        const string Schema = "SELECT group_concat(name || sql, ';') FROM (SELECT name, sql FROM sqlite_master ORDER BY name)";
        var before = portal.Database.Scalar<string>(Schema);

        var seeded = await portal.Get<FleetSeeder>().SeedLargeAsync(Size, (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(Size, seeded.Value?.Devices);
        Assert.Equal(before, portal.Database.Scalar<string>(Schema));
        portal.Database.Execute("INSERT INTO device_search (device_search, rank) VALUES ('integrity-check', 1)");
        var olga = await portal.SignInAsync(Role.Reader, SampleOrganizations.Westerly.OrganizationId);
        var counts = await portal.Get<DeviceQueries>().StatusCountsAsync(olga, SampleOrganizations.Westerly.OrganizationId, TestContext.Current.CancellationToken);
        Assert.Equal(Size * 6 / 10, counts.Value?.Total);
        var former = await portal.ReadAsync(db => db.Replacements.AsNoTracking().FirstAsync(
            replacement => replacement.OrganizationNumber == SampleOrganizations.Westerly.Number));
        var page = await portal.Get<DeviceQueries>().SearchAsync(
            olga, new DeviceQuery { OrganizationId = SampleOrganizations.Westerly.OrganizationId, Text = $"former:\"{former.OldDeviceKey}\"" }, TestContext.Current.CancellationToken);
        Assert.Equal(former.OldDeviceKey, Assert.Single(page.Value!.Rows).FormerKey?.DeviceKey);
    }

    [Fact]
    public async Task LoadDevices_MakingThemFails_FailsInsteadOfEndingShort()
    {
        await using var portal = await TestPortal.CreateAsync();
        static IEnumerable<int> Made()
        {
            for (var i = 0; i < 5000; i++)
            {
                yield return i;
            }

            throw new NotSupportedException("no more");
        }

        var load = portal.Get<IBulkLoad>().LoadDevicesAsync(
            Made(), connection => (_ => { }, connection.CreateCommand()), (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal("no more", (await Assert.ThrowsAsync<NotSupportedException>(() => load)).Message);
    }
}
