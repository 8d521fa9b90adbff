using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Devices;
using Portal.Core.Imports;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Imports;

public sealed class ImportServiceTests
{
    [Fact]
    public async Task Preview_EveryKindOfRow_GivesItsVerdictAndReason()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("same", "key:same", productKey: "inverter", name: "Same");
        await portal.AddDeviceAsync("renamed", "key-renamed", productKey: "inverter", name: "Old name");
        await portal.AddDeviceAsync("rekeyed", "key-rekeyed", productKey: "inverter");
        await portal.AddDeviceAsync("moved", "key-moved", productKey: "string-box");
        await portal.AddDeviceAsync("foreign", "key-foreign", TestPortal.OtherOrganization);
        var olga = await portal.SignInAsync(Role.FullAccess);

        var preview = await portal.PreviewAsync(
            olga,
            ImportFiles.Header,
            "same,inverter,key:same,Same,,,+00:00",
            "renamed,inverter,key-renamed,New name,,,+00:00",
            "rekeyed,inverter,key-other,Device rekeyed,,,+00:00",
            "moved,inverter,key-moved,Device moved,,,+00:00",
            "foreign,inverter,key-foreign,Device foreign,,,+00:00",
            ImportFiles.Line("new-1", "key-new-1"),
            ImportFiles.Line("new-1", "key-new-2"),
            ImportFiles.Line("new-2", "key-new-1"),
            ImportFiles.Line("new-3", "key-rekeyed"),
            ImportFiles.Line("new-4", "key:4"),
            ImportFiles.Line("new 5", "key-5"),
            ImportFiles.Line("new-6", "key-6", productKey: "nothing"),
            "new-7,inverter,key-7,Seven,,,Europe/Berlin",
            "new-8,inverter,key-8",
            "same2,inverter,key-9,,,,+00:00");

        Assert.Equal(
            [
                null, null, new ImportKeyDiffers("rekeyed", "key-rekeyed"), new ImportProductDiffers("moved", "string-box"),
                new ImportAssetElsewhere("foreign"), null, new ImportRepeated("assetId", 7), new ImportRepeated("deviceKey", 7),
                new DeviceKeyInUse("key-rekeyed"), new DeviceKeyInvalid("key:4", DeviceKeyFault.IllegalCharacter),
                DeviceFields.CheckAssetId("new 5"), new ProductNotFound("nothing"), DeviceFields.CheckTimeZone("Europe/Berlin"),
                new ImportCellCount(7, 3), DeviceFields.Check("", null, null),
            ],
            preview.Rows.Select(row => row.Fault));
        Assert.Equal(new ImportCounts(1, 1, 1, 12), preview.Counts);
        Assert.Equal("Old name", preview.Rows[1].PresentName);
        Assert.Equal(3, preview.Rows[1].Line.Number);
    }

    [Fact]
    public async Task Apply_GoodFile_CreatesAndRenamesInOneAuditedStepAndLeavesKeysAndSecretsAlone()
    {
        await using var portal = await TestPortal.CreateAsync();
        var old = await portal.AddDeviceAsync("renamed", "key:renamed", productKey: "inverter", name: "Old name");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var preview = await portal.PreviewAsync(
            olga, ImportFiles.Header, "renamed,inverter,key:renamed,New name,新名,A note,+00:00", ImportFiles.Line("new-1", "key-new-1", "First"));

        var imported = await portal.Get<ImportService>().ApplyAsync(olga, preview);

        Assert.Equal(new ImportedFile("fleet.csv", new ImportCounts(1, 0, 1, 0)), imported.Value);
        var devices = await portal.ReadAsync(db => db.Devices.AsNoTracking().Include(device => device.Credential).ToDictionaryAsync(device => device.AssetId));
        var renamed = devices["renamed"];
        Assert.Equal(("New name", "新名", "A note", "key:renamed", 2, 1), (renamed.Name, renamed.NameZh, renamed.Description, renamed.DeviceKey, renamed.Version, renamed.Credential.Version));
        Assert.Equal(old.Credential.Sealed, renamed.Credential.Sealed);
        var made = devices["new-1"];
        Assert.Equal(("key-new-1", "First", "+08:00", DeviceStatus.Inactive, 1), (made.DeviceKey, made.Name, made.TimeZone, made.Status, made.Version));
        using var secret = portal.Get<SecretVault>().Open(
            made.Credential.KeyId, made.Credential.Sealed, new SecretBinding(SecretBinding.Device, made.OrganizationNumber, "new-1", 1));
        Assert.Equal(DeviceSecret.Length, secret.Reveal().Length);
        Assert.Empty(await portal.ReadAsync(db => db.RevealGrants.ToListAsync()));
        var entry = Assert.Single(await portal.ReadAsync(db => db.AuditEntries.Where(entry => entry.Action == AuditActions.DevicesImported).ToListAsync()));
        Assert.Contains($"\"sha256\":\"{preview.File.Sha256}\"", entry.Detail, StringComparison.Ordinal);
        Assert.Contains("\"created\":1", entry.Detail, StringComparison.Ordinal);

        // Whoever needs the secret of an imported device re-issues it.
        var reissued = await portal.Get<ReplacementService>().ReissueAsync(
            olga, new ReissueSecretRequest(AssetSelector.Asset("new-1"), ReplacementReason.Other));
        Assert.Null(reissued.Error);
        Assert.Single((await portal.Get<RevealService>().MineAsync(olga, TestContext.Current.CancellationToken)).Value!);
    }

    [Fact]
    public async Task Apply_OneRefusedRow_ChangesNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var preview = await portal.PreviewAsync(olga, ImportFiles.Header, ImportFiles.Line("new-1", "key-1"), ImportFiles.Line("new-2", "x"));

        Assert.Equal(new ImportRefused(1), (await portal.Get<ImportService>().ApplyAsync(olga, preview)).Error);
        Assert.Equal(0, await portal.ReadAsync(db => db.Devices.CountAsync()));
    }

    [Fact]
    public async Task Apply_FleetMovedAfterThePreview_IsRefusedWhole()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("known", "key-known", productKey: "inverter");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var preview = await portal.PreviewAsync(
            olga, ImportFiles.Header, ImportFiles.Line("new-1", "key-1"), ImportFiles.Line("new-2", "key-2"), "known,inverter,key-known,Other,,,+00:00");
        Assert.Equal(0, preview.Counts.Refused);
        await portal.AddDeviceAsync("elsewhere", "key-2", productKey: "inverter");

        Assert.Equal(new ImportOutdated(3), (await portal.Get<ImportService>().ApplyAsync(olga, preview)).Error);

        Assert.Equal(2, await portal.ReadAsync(db => db.Devices.CountAsync()));
        var second = await portal.PreviewAsync(olga, ImportFiles.Header, "known,inverter,key-known,Other,,,+00:00");
        var replaced = await portal.Get<ReplacementService>().ReplaceAsync(
            olga, new ReplaceDeviceRequest(AssetSelector.Asset("known"), "key-fresh", SecretDelivery.None, ReplacementReason.Broken));
        Assert.Null(replaced.Error);
        Assert.Equal(new ImportOutdated(2), (await portal.Get<ImportService>().ApplyAsync(olga, second)).Error);
    }

    [Fact]
    public async Task PreviewAndApply_WithoutTheRight_AreRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var tom = await portal.SignInAsync("tom", Role.Technician);
        var preview = await portal.PreviewAsync(olga, ImportFiles.Header, ImportFiles.Line("new-1", "key-1"));
        var imports = portal.Get<ImportService>();

        Assert.Equal(new AccessDenied(Right.ManageDevices), (await imports.PreviewAsync(tom, TestPortal.Organization, preview.File, null, TestContext.Current.CancellationToken)).Error);
        Assert.Equal(new AccessDenied(Right.ManageDevices), (await imports.ApplyAsync(tom, preview)).Error);
        Assert.Equal(new NotSignedIn(), (await imports.ApplyAsync(null, preview)).Error);
        Assert.IsType<OrganizationNotFound>((await imports.ApplyAsync(olga, preview with { OrganizationId = TestPortal.OtherOrganization })).Error);
        Assert.Equal(0, await portal.ReadAsync(db => db.Devices.CountAsync()));
    }

    [Fact]
    public async Task Apply_SameOperationTwice_ImportsOnce()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var preview = await portal.PreviewAsync(olga, ImportFiles.Header, ImportFiles.Line("new-1", "key-1"));

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => portal.Get<ImportService>().ApplyAsync(olga, preview, "op-1")));

        Assert.All(results, result => Assert.Equal(results[0].Value, result.Value));
        Assert.Equal(1, await portal.ReadAsync(db => db.AuditEntries.CountAsync(entry => entry.Action == AuditActions.DevicesImported)));
    }

    /// <summary>Whatever a file holds: a preview that is applied does exactly what it said, and the file again changes nothing.</summary>
    [Fact]
    public async Task Apply_RandomFiles_DoesExactlyWhatThePreviewSaid()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var random = new Random(7);
        for (var round = 0; round < Scale.Of(ci: 30, full: 1000); round++)
        {
            var before = await SnapshotAsync(portal);
            var lines = Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
            {
                var number = random.Next(40);
                var name = random.Next(4) == 0 ? $"Name {random.Next(3)}" : "Inverter";
                return ImportFiles.Line($"asset-{number}", random.Next(12) == 0 ? $"key-{random.Next(40)}" : $"key-{number}", name);
            });
            string[] file = [ImportFiles.Header, .. lines];
            var preview = await portal.PreviewAsync(olga, file);

            var imported = await portal.Get<ImportService>().ApplyAsync(olga, preview);

            var after = await SnapshotAsync(portal);
            if (preview.Counts.Refused > 0)
            {
                Assert.Equal(new ImportRefused(preview.Counts.Refused), imported.Error);
                Assert.Equal(before, after);
                continue;
            }

            Assert.Equal(preview.Counts, imported.Value!.Counts);
            Assert.Equal(before.Count + preview.Counts.New, after.Count);
            Assert.All(before, device => Assert.Equal(device.Value.Key, after[device.Key].Key));
            Assert.All(preview.Rows, row => Assert.Equal((row.Line.DeviceKey, row.Line.Name), after[row.Line.AssetId]));
            Assert.Equal(preview.Counts.Total, (await portal.PreviewAsync(olga, file)).Counts.Unchanged);
        }
    }

    private static Task<Dictionary<string, (string Key, string Name)>> SnapshotAsync(TestPortal portal) => portal.ReadAsync(async db =>
        (await db.Devices.AsNoTracking().ToListAsync()).ToDictionary(device => device.AssetId, device => (device.DeviceKey, device.Name)));
}
