using CsCheck;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Persistence.Sqlite;
using Unit.Support;

namespace Unit.Devices.Search;

public sealed class DeviceSearchPropertyTests
{
    [Fact]
    public async Task Find_AnyFleetAnyQuery_IsWhatLookingAtEveryRowFinds() =>
        await Gen.Int.SampleAsync(FleetAgreesAsync, iter: Scale.Of(4, 200), threads: 1);

    private static async Task FleetAgreesAsync(int seed)
    {
        var random = new Random(seed);
        await using var portal = await TestPortal.CreateAsync();
        var fleet = new SearchFleet(portal, random);
        await fleet.FillAsync(60);
        for (var i = 0; i < Scale.Of(60, 300); i++)
        {
            var text = fleet.RandomText();
            var search = fleet.Search(text, (DeviceSort)random.Next(7), random.Next(2) == 0);
            var expected = fleet.Expect(search);
            await AgreesAsync(portal.Get<IDeviceSearch>(), expected, text, search, random.Next(1, 7));
            await PagesAndNotAgreeAsync(portal, fleet, expected, text, search);
        }
    }

    private static async Task AgreesAsync(IDeviceSearch devices, List<string> expected, string text, DeviceSearch search, int limit)
    {
        var what = $"{text} by {search.Sort}{(search.Descending ? " descending" : "")}";
        var (forward, last, count) = await PageThroughAsync(devices, search, null, backward: false, limit);
        Assert.True(expected.SequenceEqual(forward), $"{what}: expected {string.Join(',', expected)}, found {string.Join(',', forward)}");
        Assert.Equal(new DeviceCount(expected.Count, false), count);
        var matches = await devices.MatchAsync(search, 1000, CancellationToken.None);
        Assert.True(expected.Order().SequenceEqual(matches.Devices.Select(device => device.AssetId).Order()) && matches.IsComplete, $"{what}: all");

        if (last is not null)
        {
            var (backward, _, _) = await PageThroughAsync(devices, search, last, backward: true, limit);
            backward.Reverse();
            Assert.True(expected.SkipLast(1).SequenceEqual(backward), $"{what}: backwards expected {string.Join(',', expected.SkipLast(1))}, found {string.Join(',', backward)}");
        }
    }

    /// <summary>What the box asks is a filter like that of any expression: numbered pages take it, and <c>not</c> is all the others.</summary>
    private static async Task PagesAndNotAgreeAsync(TestPortal portal, SearchFleet fleet, List<string> expected, string text, DeviceSearch search)
    {
        var (found, total) = await portal.Get<SqliteReadPool>().ReadAsync(
            reader => new DevicePager(reader, search, new DeviceConditions(search, new(() => DeviceRows.Products(reader, fleet.OrganizationNumber)))).Find(0, 1000),
            CancellationToken.None);
        Assert.True(expected.Count == total && expected.Count == found.Count, $"{text}: expected {expected.Count}, on numbered pages {found.Count} of {total}");

        var all = fleet.Expect(search with { Filter = new Filter<DeviceField>.All([]) });
        var others = await portal.Get<IDeviceSearch>().MatchAsync(search with { Filter = new Filter<DeviceField>.Not(search.Filter) }, 1000, CancellationToken.None);
        Assert.True(all.Except(expected).Order().SequenceEqual(others.Devices.Select(device => device.AssetId).Order()), $"not {text}");
    }

    private static async Task<(List<string> Found, DevicePlace? Last, DeviceCount? Count)> PageThroughAsync(
        IDeviceSearch devices, DeviceSearch search, DevicePlace? from, bool backward, int limit)
    {
        var found = new List<string>();
        DeviceCount? firstCount = null;
        while (true)
        {
            var (slice, count) = await devices.FindAsync(search, from, backward, limit, withCount: true, CancellationToken.None);
            firstCount ??= count;
            Assert.Equal(firstCount, count);
            var assets = slice.Rows.Select(row => row.AssetId);
            found.AddRange(backward ? assets.Reverse() : assets);
            from = (backward ? slice.First : slice.Last) ?? from;
            if (!slice.HasMore)
            {
                return (found, from, firstCount);
            }

            Assert.Equal(limit, slice.Rows.Count);
        }
    }
}
