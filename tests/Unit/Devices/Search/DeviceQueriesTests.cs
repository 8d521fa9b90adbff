using CsCheck;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Persistence.Sqlite;
using Portal.Core.Replacements;
using Unit.Support;

namespace Unit.Devices.Search;

public sealed class DeviceQueriesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_ForeignOrganization_IsNotFoundLikeAnUnknownOne()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-2", "key-2", TestPortal.OtherOrganization);
        var olga = await portal.SignInAsync(Role.FullAccess);
        var queries = portal.Get<DeviceQueries>();

        foreach (var organizationId in new[] { TestPortal.OtherOrganization, "o0", "" })
        {
            var query = new DeviceQuery { OrganizationId = organizationId };
            Assert.Equal(new OrganizationNotFound(organizationId), (await queries.SearchAsync(olga, query, Cancellation)).Error);
            Assert.Equal(new OrganizationNotFound(organizationId), (await queries.MatchAsync(olga, query, Cancellation)).Error);
            Assert.Equal(new OrganizationNotFound(organizationId), (await queries.StatusCountsAsync(olga, organizationId, Cancellation)).Error);
        }
    }

    [Fact]
    public async Task Search_NobodyOrWithoutRight_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var query = new DeviceQuery { OrganizationId = TestPortal.Organization };

        Assert.IsType<NotSignedIn>((await portal.Get<DeviceQueries>().SearchAsync(null, query, Cancellation)).Error);
        Assert.IsType<AccessDenied>((await portal.Get<DeviceQueries>().SearchAsync(await portal.SignInAsync(role: null), query, Cancellation)).Error);
    }

    [Fact]
    public async Task Search_CursorOfAnotherSearchOrForged_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        for (var i = 0; i < 30; i++)
        {
            await portal.AddDeviceAsync($"asset-{i}", $"key-{i}");
        }

        var olga = await portal.SignInAsync(Role.Reader);
        var query = new DeviceQuery { OrganizationId = TestPortal.Organization, Sort = DeviceSort.Key };
        var page = (await portal.Get<DeviceQueries>().SearchAsync(olga, query, Cancellation)).Value!;
        Assert.Equal((25, 30L, false), (page.Rows.Count, page.TotalCount, page.IsCapped));
        Assert.Null(page.PreviousCursor);

        var second = (await portal.Get<DeviceQueries>().SearchAsync(olga, query with { Cursor = page.NextCursor }, Cancellation)).Value!;
        Assert.Equal(5, second.Rows.Count);
        Assert.Null(second.NextCursor);
        var back = (await portal.Get<DeviceQueries>().SearchAsync(olga, query with { Cursor = second.PreviousCursor }, Cancellation)).Value!;
        Assert.Equal(page.Rows, back.Rows);

        foreach (var wrong in new[] { "x", "AAAA", "%%%", new string('A', 2000), page.NextCursor + "A", page.NextCursor![..^4] })
        {
            Assert.IsType<CursorInvalid>((await portal.Get<DeviceQueries>().SearchAsync(olga, query with { Cursor = wrong }, Cancellation)).Error);
        }

        Assert.IsType<CursorInvalid>((await portal.Get<DeviceQueries>().SearchAsync(olga, query with { Cursor = page.NextCursor, Text = "key" }, Cancellation)).Error);
    }

    [Fact]
    public async Task Search_FormerKey_FindsTheAssetAndSaysUntilWhen()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "SN:0815");
        var olga = await portal.SignInAsync(Role.FullAccess);
        portal.Clock.Advance(TimeSpan.FromHours(1));
        var replaced = await portal.Get<ReplacementService>().ReplaceAsync(
            olga, new ReplaceDeviceRequest(AssetSelector.Asset("asset-1"), "NEW-4711", SecretDelivery.None, ReplacementReason.Broken));
        Assert.Null(replaced.Error);

        foreach (var text in new[] { "SN:0815", "n:081", "former:sn:0" })
        {
            var page = (await portal.Get<DeviceQueries>().SearchAsync(olga, new DeviceQuery { OrganizationId = TestPortal.Organization, Text = text }, Cancellation)).Value!;
            var row = Assert.Single(page.Rows);
            Assert.Equal(("asset-1", "NEW-4711", new FormerKey("SN:0815", portal.Clock.GetUtcNow())), (row.AssetId, row.DeviceKey, row.FormerKey));
            Assert.True(row.IsAwaitingHardware);
        }
    }

    [Fact]
    [Trait("Requirement", "R-41")]
    public async Task Search_AnyCharacters_NeverFails()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "a\"b'c%d_e\\f*g");
        var olga = await portal.SignInAsync(Role.Reader);
        var queries = portal.Get<DeviceQueries>();
        foreach (var piece in new[] { "\"a\"\"b\"", "b'c", "c%d", "d_e", "e\\f", "\"f*g\"" })
        {
            Assert.Single((await queries.SearchAsync(olga, new DeviceQuery { OrganizationId = TestPortal.Organization, Text = piece }, Cancellation)).Value!.Rows);
        }

        await Gen.OneOf(Gen.String[0, 20], Gen.String[Gen.Char["\"'%_*()^:-+{}~\\ \0\nANDORNEAT.,;\uD83D\uDE00\uD800"], 0, 30]).SampleAsync(
            async text =>
            {
                var page = await queries.SearchAsync(olga, new DeviceQuery { OrganizationId = TestPortal.Organization, Text = text }, CancellationToken.None);
                return page.IsSuccess || page.Error is DeviceQueryInvalid;
            },
            iter: Scale.Of(300, 100_000), threads: 1);
    }

    [Fact]
    public async Task StatusCounts_AfterAnyWrites_EqualCountingThem() => await Gen.Int[0, 9].List[1, 40].SampleAsync(
        async steps =>
        {
            await using var portal = await TestPortal.CreateAsync();
            foreach (var (step, i) in steps.Select((step, i) => (step, i)))
            {
                if (step < 5 || i == 0)
                {
                    await portal.AddDeviceAsync(
                        $"asset-{i}", $"key-{i}", step % 2 == 0 ? TestPortal.Organization : TestPortal.OtherOrganization, status: (DeviceStatus)(step % 4));
                }
                else
                {
                    await portal.WriteAsync(db =>
                    {
                        var device = db.Devices.OrderBy(device => device.AssetId).Skip(i % Math.Max(1, db.Devices.Count() - 1)).FirstOrDefault();
                        if (device is not null && step == 9)
                        {
                            db.Remove(device);
                        }
                        else if (device is not null)
                        {
                            device.Status = (DeviceStatus)(step % 4);
                        }
                    });
                }
            }

            var counted = portal.Database.Scalar<string>(
                "SELECT coalesce(group_concat(o || s || n), '') FROM (SELECT organization_number o, status s, count(*) n FROM devices GROUP BY 1, 2 ORDER BY 1, 2)");
            var kept = portal.Database.Scalar<string>(
                "SELECT coalesce(group_concat(o || s || n), '') FROM (SELECT organization_number o, status s, count n FROM status_counts WHERE count <> 0 ORDER BY 1, 2)");
            portal.Database.Execute(SearchSchema.ApplyPending);
            var indexed = portal.Database.Execute("INSERT INTO device_search (device_search, rank) VALUES ('integrity-check', 1)");
            return counted == kept && indexed >= 0;
        },
        iter: Scale.Of(3, 100), threads: 1);

    [Fact]
    public async Task Search_Cancelled_StopsAndTheNextOneWorks()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync(Role.Reader);
        var query = new DeviceQuery { OrganizationId = TestPortal.Organization, Text = "key" };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => portal.Get<DeviceQueries>().SearchAsync(olga, query, new CancellationToken(canceled: true)));

        Assert.Single((await portal.Get<DeviceQueries>().SearchAsync(olga, query, Cancellation)).Value!.Rows);
    }
}
