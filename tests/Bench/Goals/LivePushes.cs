using System.Diagnostics;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Portal.Core.Devices.Search;

namespace Bench.Goals;

/// <summary>
/// G14: one row changes on every open grid, about nine times a second, because a device comes; against a page of 25 rows, each a component that is
/// handed its new word in memory. That the devices go again, several in a push, is not measured.
/// </summary>
internal static class LivePushes
{
    private const int PortalPort = 21450;
    private const int LivePort = 21452;
    private const int OpeningAtOnce = 8;
    private const int RowsOfAPage = 25;

    /// <summary>As often as the reference changes a row.</summary>
    private static readonly TimeSpan s_each = TimeSpan.FromMilliseconds(107);
    private static readonly TimeSpan s_round = RowsOfAPage * s_each;

    /// <summary>Until every grid shows that they are gone.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);

    /// <summary>A round is short: as many as make up for it.</summary>
    private const int RoundsEach = 2;

    /// <summary>The rows of the grid come and go all the time: that is what is measured, not how often they may.</summary>
    private static readonly Dictionary<string, string> s_settings = new() { ["Mqtt__ConnectsPerWindow"] = "1000000" };

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        var database = setting.Fleets.CopyWithKeys(fleet);
        await using var live = await setting.References.StartPlainAsync(fleet.ReferenceDatabase, LivePort);
        await using var portal = await PortalBroker.StartAsync(setting, database, PortalPort, s_settings);
        var (sockets, connects) = (new MqttSocket?[RowsOfAPage], await FirstPageAsync(database, fleet.Sample.OrganizationId));
        var pages = await GridsAsync(portal.Server.Address, fleet.Sample.OrganizationId);
        var circuits = Math.Min(setting.Options.Circuits, pages.Count * PortalPages.MaxCircuitsOfAPerson);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        await using var ours = await Side.OpenAsync(http, portal.Server, pages, circuits);
        await using var reference = await Side.OpenAsync(http, live, [new CircuitPage(new Uri(live.Address, "/live"), "q", null)], circuits);
        for (var round = -1; round < setting.Options.Rounds * RoundsEach; round++)
        {
            var coming = ComeAsync();
            await ours.WatchAsync(counted: round >= 0);
            await coming;
            foreach (var socket in sockets)
            {
                socket!.SignOut();
                socket.Dispose();
            }

            await Task.Delay(s_rest);
            await reference.WatchAsync(counted: round >= 0);
        }

        var report = setting.Report;
        report.Ratio("G14", $"push of one changed row to {circuits} grids, server CPU of each", "us", ours.CpuMicroseconds, reference.CpuMicroseconds, bar: 3, moonshot: 1.5);
        report.AtMost("G14", "push of one changed row, sent", "bytes", ours.Bytes, reference.Bytes, bar: 400, moonshot: 200);
        report.Info("G14", "pushes a second and grid", "", ours.PerSecond, reference.PerSecond);

        Task ComeAsync() => Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(s_each);
            for (var place = 0; place < RowsOfAPage; place++)
            {
                sockets[place] = new MqttSocket(portal.Door);
                var code = sockets[place]!.SignIn(connects[place]);
                if (code != MqttSocket.Accepted)
                {
                    throw new InvalidOperationException($"A device was answered {code}.");
                }

                await timer.WaitForNextTickAsync();
            }
        });
    }

    /// <summary>What the devices that a grid shows first sign in with.</summary>
    private static async Task<List<byte[]>> FirstPageAsync(string database, string organizationId)
    {
        using (var connection = Sqlite.Open(database))
        using (var enable = connection.CreateCommand())
        {
            enable.CommandText = "UPDATE devices SET status = 2 WHERE id IN (SELECT id FROM devices WHERE status = 3 ORDER BY id LIMIT 200)";
            enable.ExecuteNonQuery();
        }

        await using var core = await CorePortal.OpenAsync(database, organizationId);
        var page = await core.PageAsync(new DeviceQuery { OrganizationId = organizationId, PageSize = RowsOfAPage, WithCount = false });
        return [.. DeviceLogins.Of(database, page.Rows.Select(row => row.AssetId)).Select(device => device.Login.ToConnect())];
    }

    private static async Task<List<CircuitPage>> GridsAsync(Uri portal, string organizationId)
    {
        var (pages, grid) = (new List<CircuitPage>(), new Uri(portal, $"{PortalPages.Devices}?org={organizationId}"));
        foreach (var person in await PortalSignIn.PeopleAsync(portal, organizationId))
        {
            using var signIn = new PortalSignIn();
            pages.Add(new CircuitPage(grid, PortalPages.SearchBox, await signIn.SignInAsync(portal, person)));
        }

        return pages;
    }

    private sealed class Side(ServerProcess server) : IAsyncDisposable
    {
        private readonly List<Circuit> _open = [];
        private double _cpuMilliseconds;
        private double _seconds;
        private long _bytes;
        private long _pushes;

        public double CpuMicroseconds => _cpuMilliseconds * 1000 / _pushes;

        public double Bytes => (double)_bytes / _pushes;

        public double PerSecond => _pushes / _seconds / _open.Count;

        public static async Task<Side> OpenAsync(HttpClient http, ServerProcess server, IReadOnlyList<CircuitPage> pages, int circuits)
        {
            var side = new Side(server);
            await Parallel.ForAsync(0, circuits, new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce }, async (number, _) =>
            {
                var circuit = new Circuit(pages[number % pages.Count]);
                await circuit.OpenAsync(http);
                lock (side._open)
                {
                    side._open.Add(circuit);
                }
            });
            return side;
        }

        /// <summary>Counts what arrives for a while.</summary>
        public async Task WatchAsync(bool counted)
        {
            var (cpu, bytes, pushes, started) = (server.CpuMilliseconds, _open.Sum(circuit => circuit.Bytes), _open.Sum(circuit => circuit.Batches), Stopwatch.GetTimestamp());
            await Task.Delay(s_round);
            if (counted)
            {
                _cpuMilliseconds += server.CpuMilliseconds - cpu;
                _bytes += _open.Sum(circuit => circuit.Bytes) - bytes;
                _pushes += _open.Sum(circuit => circuit.Batches) - pushes;
                _seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }

        public async ValueTask DisposeAsync() => await Task.WhenAll(_open.Select(circuit => circuit.DisposeAsync().AsTask()));
    }
}
