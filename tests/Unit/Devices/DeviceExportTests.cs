using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Secrets;
using Unit.Exports;
using Unit.Support;

namespace Unit.Devices;

public sealed class DeviceExportTests
{
    [Fact]
    [Trait("Requirement", "R-46")]
    public async Task Write_NamesAndKeysLikeFormulas_AreNeutralised()
    {
        await using var portal = await TestPortal.CreateAsync();
        var number = 0;
        foreach (var formula in CsvTextTests.Formulas.Select(row => row.Data))
        {
            await portal.AddDeviceAsync($"asset-{number++}", $"{formula}-{number}", name: formula);
        }

        var lines = await ExportAsync(portal, await portal.SignInAsync(Role.Reader), new DeviceQuery { OrganizationId = TestPortal.Organization });

        Assert.Equal(number, lines.Count);
        Assert.All(lines, line => Assert.All(line, value => Assert.DoesNotMatch(@"^[\s\p{C}]*[=+\-@＝＋－＠]", value)));
        Assert.All(lines, line => Assert.StartsWith("'", line[1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_MoreThanAPage_HasEveryMatchOnceAndNoSecret()
    {
        await using var portal = await TestPortal.CreateAsync();
        for (var i = 0; i < 230; i++)
        {
            await portal.AddDeviceAsync($"asset-{i:000}", $"key-{i:000}", status: i % 2 == 0 ? DeviceStatus.Online : DeviceStatus.Offline);
        }

        var lines = await ExportAsync(portal, await portal.SignInAsync(Role.Reader), new DeviceQuery { OrganizationId = TestPortal.Organization, Text = "status:online", Sort = DeviceSort.Key });

        Assert.Equal(Enumerable.Range(0, 115).Select(i => $"asset-{i * 2:000}"), lines.Select(line => line[0]));
        var entry = await portal.ReadAsync(db => db.AuditEntries.SingleAsync(entry => entry.Action == AuditActions.DevicesExported));
        Assert.Equal(AuditTrail.Ok, entry.Outcome);
        Assert.Contains("status:online", entry.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Selection_WritesOnlyThese()
    {
        await using var portal = await TestPortal.CreateAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await portal.AddDeviceAsync($"asset-{name}", $"key-{name}");
        }

        var lines = await ExportAsync(
            portal, await portal.SignInAsync(Role.Reader), new DeviceQuery { OrganizationId = TestPortal.Organization, Sort = DeviceSort.Asset }, "asset-a", "asset-c", "asset-x");

        Assert.Equal(["asset-a", "asset-c"], lines.Select(line => line[0]));
    }

    [Fact]
    public async Task Start_ForeignOrganizationOrNoRole_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1", TestPortal.OtherOrganization);
        var export = portal.Get<DeviceExport>();
        var request = new DeviceExportRequest(new DeviceQuery { OrganizationId = TestPortal.OtherOrganization }, []);

        Assert.IsType<OrganizationNotFound>((await export.StartAsync(await portal.SignInAsync(Role.FullAccess), request)).Error);
        Assert.IsType<NotSignedIn>((await export.StartAsync(null, request)).Error);
    }

    private static async Task<List<string[]>> ExportAsync(TestPortal portal, Actor actor, DeviceQuery query, params string[] assetIds)
    {
        var export = portal.Get<DeviceExport>();
        var started = await export.StartAsync(actor, new DeviceExportRequest(query, assetIds));
        Assert.True(started.IsSuccess, started.Error?.Message);
        using var stream = new MemoryStream();
        await export.WriteAsync(actor, started.Value, stream);
        stream.Position = 0;

        using var reader = CsvReader.Create(stream, CsvReaderOptions.Default with { HasHeader = false });
        Assert.True(reader.Read());
        Assert.Equal("assetId", reader.GetString(0));
        var lines = new List<string[]>();
        while (reader.Read())
        {
            lines.Add([.. Enumerable.Range(0, 13).Select(reader.GetString)]);
        }

        return lines;
    }
}
