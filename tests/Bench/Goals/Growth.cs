using System.Diagnostics;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Microsoft.AspNetCore.Builder;
using Portal.Core.Devices.Search;

namespace Bench.Goals;

/// <summary>
/// G17: what the same work costs in a small and in a large fleet, both in one run. The reference is the portal's own small figure. Lists and
/// searches are asked for over HTTP, as the reference server's growth was measured; what the core alone takes is printed beside.
/// </summary>
internal static class Growth
{
    private const int SmallFleet = 10_000;
    private const int Lists = 100;
    private const int SingleReplacements = 150;
    private const int Clients = 16;
    private const int ReplacementsAClient = 25;
    private const int SmallPort = 18070;
    private const int LargePort = 18071;

    public static async Task MeasureAsync(Setting setting)
    {
        var small = await setting.Fleets.GetAsync(SmallFleet);
        var large = await setting.Fleets.GetAsync(setting.Options.Devices);
        await using var smallSide = await Side.OpenAsync(setting, small, SmallPort);
        await using var largeSide = await Side.OpenAsync(setting, large, LargePort);
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
            report.Info("G17", $"search {queryClass} in the core alone, p50, {sizes}", "ms", largeSide.CoreSearch[queryClass].P50, smallSide.CoreSearch[queryClass].P50);
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
        private readonly WebApplication _host;
        private readonly HttpClient _http;
        private int _next;
        private double _seconds;
        private int _concurrent;

        private Side(FleetSample sample, CorePortal core, int port)
        {
            (_sample, _core, _host) = (sample, core, SearchHost.Over(core, port));
            _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        }

        public Samples List { get; } = new();

        public Samples Replace { get; } = new();

        public Dictionary<QueryClass, Samples> Search { get; } = Enum.GetValues<QueryClass>().ToDictionary(queryClass => queryClass, _ => new Samples());

        public Dictionary<QueryClass, Samples> CoreSearch { get; } = Enum.GetValues<QueryClass>().ToDictionary(queryClass => queryClass, _ => new Samples());

        /// <summary>What must cost the same in a fleet of any size.</summary>
        public Dictionary<string, Samples> Flat { get; } = new()
        {
            ["status tiles"] = new Samples(),
            ["page 40 by name"] = new Samples(),
            ["far end by name"] = new Samples(),
            ["count of a word"] = new Samples(),
        };

        public double ReplacesASecond => _concurrent / _seconds;

        public static async Task<Side> OpenAsync(Setting setting, SeededFleet fleet, int port)
        {
            var core = await CorePortal.OpenAsync(setting.Fleets.Copy(fleet.PortalDatabase), fleet.Sample.OrganizationId);
            var side = new Side(fleet.Sample, core, port);
            await side._host.StartAsync();
            return side;
        }

        public async Task RoundAsync(bool count)
        {
            for (var i = 0; i < Lists; i++)
            {
                await TimeAsync(count ? List : null, () => AskAsync(""));
            }

            foreach (var query in _sample.Queries)
            {
                await TimeAsync(count ? Search[query.Class] : null, () => AskAsync(query.Text));
            }

            foreach (var query in _sample.Queries)
            {
                await TimeAsync(count ? CoreSearch[query.Class] : null, () => _core.SearchAsync(query.Text));
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

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _host.DisposeAsync();
            await _core.DisposeAsync();
        }

        private Task<byte[]> AskAsync(string text) => _http.GetByteArrayAsync(new Uri($"/search?q={Uri.EscapeDataString(text)}", UriKind.Relative));

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
