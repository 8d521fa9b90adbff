using CsCheck;
using Portal.Core.Devices.Search;
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
            var search = fleet.Search(fleet.RandomText(), (DeviceSort)random.Next(7), random.Next(2) == 0);
            await AgreesAsync(portal.Get<IDeviceSearch>(), fleet.Expect(search), search, random.Next(1, 7));
        }
    }

    private static async Task AgreesAsync(IDeviceSearch devices, List<string> expected, DeviceSearch search, int limit)
    {
        var what = $"{string.Join(' ', search.Terms)} by {search.Sort}{(search.Descending ? " descending" : "")}";
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
