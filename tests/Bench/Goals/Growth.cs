using System.Diagnostics;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Portal.Core.Devices.Search;

namespace Bench.Goals;

/// <summary>G17: what the same work costs in a small and in a large fleet, both in one run. The reference is the portal's own small figure.</summary>
internal static class Growth
{
    private const int SmallFleet = 10_000;
    private const int Lists = 100;
    private const int SingleReplacements = 150;
    private const int Clients = 16;
    private const int ReplacementsAClient = 25;

    public static async Task MeasureAsync(Setting setting)
    {
        var small = await setting.Fleets.GetAsync(SmallFleet);
        var large = await setting.Fleets.GetAsync(setting.Options.Devices);
        await using var smallSide = await Side.OpenAsync(setting, small);
        await using var largeSide = await Side.OpenAsync(setting, large);
        for (var round = -1; round < setting.Options.Rounds; round++)
        {
            await largeSide.RoundAsync(count: round >= 0);
            await smallSide.RoundAsync(count: round >= 0);
        }

        var report = setting.Report;
        var sizes = $"{SmallFleet / 1000:N0}k -> {large.Devices / 1000:N0}k";
        report.Ratio("G17", $"list, p50, {sizes}", "ms", largeSide.List.P50, smallSide.List.P50, bar: 1.5, moonshot: 1.1);
        foreach (var queryClass in Enum.GetValues<QueryClass>())
        {
            report.Ratio("G17", $"search {queryClass}, p50, {sizes}", "ms", largeSide.Search[queryClass].P50, smallSide.Search[queryClass].P50, bar: 4, moonshot: 2);
        }

        foreach (var (what, times) in largeSide.Flat)
        {
            report.Ratio("G17", $"{what}, p50, {sizes}", "ms", times.P50, smallSide.Flat[what].P50, bar: 1.5, moonshot: 1.1);
        }

        report.Ratio("G17", $"replace, p50, {sizes}", "ms", largeSide.Replace.P50, smallSide.Replace.P50, bar: 1.5, moonshot: 1.1);
        report.AtLeast("G17", $"replaces at {Clients} clients, {sizes}", "/s", largeSide.ReplacesASecond, smallSide.ReplacesASecond,
            bar: 0.35 * smallSide.ReplacesASecond, barText: ">= 0.35 x", moonshot: 0.6 * smallSide.ReplacesASecond, moonshotText: ">= 0.6 x");
    }

    private sealed class Side : IAsyncDisposable
    {
        private readonly FleetSample _sample;
        private readonly CorePortal _core;
        private int _next;
        private double _seconds;
        private int _concurrent;

        private Side(FleetSample sample, CorePortal core) => (_sample, _core) = (sample, core);

        public Samples List { get; } = new();

        public Samples Replace { get; } = new();

        public Dictionary<QueryClass, Samples> Search { get; } = Enum.GetValues<QueryClass>().ToDictionary(queryClass => queryClass, _ => new Samples());

        /// <summary>What must cost the same in a fleet of any size.</summary>
        public Dictionary<string, Samples> Flat { get; } = new()
        {
            ["status tiles"] = new Samples(),
            ["page 40 by name"] = new Samples(),
            ["far end by name"] = new Samples(),
            ["count of a word"] = new Samples(),
        };

        public double ReplacesASecond => _concurrent / _seconds;

        public static async Task<Side> OpenAsync(Setting setting, SeededFleet fleet) =>
            new(fleet.Sample, await CorePortal.OpenAsync(setting.Fleets.Copy(fleet.PortalDatabase), fleet.Sample.OrganizationId));

        public async Task RoundAsync(bool count)
        {
            for (var i = 0; i < Lists; i++)
            {
                await TimeAsync(count ? List : null, () => _core.SearchAsync(""));
            }

            foreach (var query in _sample.Queries)
            {
                await TimeAsync(count ? Search[query.Class] : null, () => _core.SearchAsync(query.Text));
            }

            await FlatAsync(count);
            for (var i = 0; i < SingleReplacements; i++)
            {
                await TimeAsync(count ? Replace : null, ReplaceNextAsync);
            }

            var started = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(0, Clients * ReplacementsAClient, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, _) => await ReplaceNextAsync());
            if (count)
            {
                _seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
                _concurrent += Clients * ReplacementsAClient;
            }
        }

        private async Task FlatAsync(bool count)
        {
            var byName = new DeviceQuery { OrganizationId = "", PageSize = 100, Sort = DeviceSort.Name, WithCount = false };
            string? deep = null;
            for (var i = 0; i < 39; i++)
            {
                deep = (await _core.PageAsync(byName with { Cursor = deep })).NextCursor;
            }

            // The far end of one order is near the beginning of the other.
            var last = (await _core.PageAsync(byName with { Descending = true })).NextCursor;
            var word = _sample.Texts(QueryClass.Word)[0];
            for (var i = 0; i < Lists; i++)
            {
                await TimeAsync(count ? Flat["status tiles"] : null, _core.StatusCountsAsync);
                await TimeAsync(count ? Flat["page 40 by name"] : null, () => _core.PageAsync(byName with { Cursor = deep }));
                await TimeAsync(count ? Flat["far end by name"] : null, () => _core.PageAsync(byName with { Descending = true, Cursor = last }));
                await TimeAsync(count ? Flat["count of a word"] : null, () => _core.PageAsync(byName with { Text = word, Sort = DeviceSort.BestMatch, WithCount = true }));
            }
        }

        public ValueTask DisposeAsync() => _core.DisposeAsync();

        private Task ReplaceNextAsync()
        {
            var number = Interlocked.Increment(ref _next);
            return _core.ReplaceAsync(_sample.AssetIds[number % _sample.AssetIds.Count], $"BENCH-{Guid.NewGuid():N}");
        }

        private static async Task TimeAsync(Samples? into, Func<Task> work)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            into?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}
