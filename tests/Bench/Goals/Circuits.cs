using System.Net.Http.Json;
using System.Text.Json;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Goals;

/// <summary>G5 and G13: what a keystroke and an open grid page cost the server, against a bare table of 25 rows.</summary>
internal static class Circuits
{
    private const int PortalPort = 18062;
    private const int PlainPort = 18061;
    private const int Typers = 16;
    private const int KeystrokesEach = 30;
    private const int OpeningAtOnce = 8;
    private const double KiBPerGiB = 1024 * 1024;
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(40);

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        await using var plain = await setting.References.StartPlainAsync(fleet.ReferenceDatabase, PlainPort);
        await using var portal = await setting.Portal.StartAsync(fleet.PortalDatabase, PortalPort);
        var page = new Uri(portal.Address, $"{PortalPages.Devices}?org={fleet.Sample.OrganizationId}");
        var pages = new List<CircuitPage>();
        foreach (var person in await PortalSignIn.PeopleAsync(portal.Address, fleet.Sample.OrganizationId))
        {
            using var signIn = new PortalSignIn();
            pages.Add(new CircuitPage(page, PortalPages.SearchBox, await signIn.SignInAsync(portal.Address, person)));
        }

        var circuits = Math.Min(setting.Options.Circuits, pages.Count * PortalPages.MaxCircuitsOfAPerson);
        var keystrokes = await KeystrokesAsync(fleet);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var ours = new Side(http, portal, new Uri(portal.Address, PortalPages.Collect), HttpMethod.Post, keystrokes.Ours, pages);
        var reference = new Side(http, plain, new Uri(plain.Address, "/gc"), HttpMethod.Get, keystrokes.Reference,
            [new CircuitPage(new Uri(plain.Address, "/plain"), "q", null)]);
        await ours.WarmUpAsync();
        await reference.WarmUpAsync();
        await ours.OpenAsync(circuits);
        await reference.OpenAsync(circuits);
        for (var round = 0; round < setting.Options.Rounds; round++)
        {
            await ours.TypeAsync(round);
            await reference.TypeAsync(round);
        }

        Report(setting.Report, ours, reference);
        await ours.CloseAsync();
        await reference.CloseAsync();
    }

    private static void Report(Report report, Side ours, Side reference)
    {
        report.Ratio("G5", "keystroke, server CPU", "ms", ours.CpuPerKeystroke, reference.CpuPerKeystroke, bar: 2, moonshot: 1.3);
        report.AtMost("G5", "keystroke, sent", "bytes", ours.BytesPerKeystroke, reference.BytesPerKeystroke, 10 * 1024,
            moonshot: 1.3 * reference.BytesPerKeystroke, moonshotText: "<= 1.3 x");
        report.AtMost("G5", "keystroke, render batches", "", ours.BatchesPerKeystroke, reference.BatchesPerKeystroke, 1.05, "1");
        report.Info("G5", $"keystroke answered, p50 of {Typers} typing at once", "ms", ours.Answered.P50, reference.Answered.P50);
        report.Info("G5", $"keystroke answered, p95 of {Typers} typing at once", "ms", ours.Answered.P95, reference.Answered.P95);
        report.Info("G5", "keystrokes without an answer", "", ours.Unanswered, reference.Unanswered);
        report.Ratio("G13", "connected user, live heap", "KiB", ours.HeapKiB, reference.HeapKiB, bar: 3, moonshot: 2);
        report.AtLeast("G13", "users per GiB of resident memory", "", KiBPerGiB / ours.ResidentKiB, KiBPerGiB / reference.ResidentKiB,
            bar: 1500, moonshot: 3000);
        report.Info("G13", "opening the page, server CPU", "ms", ours.CpuToOpen, reference.CpuToOpen);
    }

    /// <summary>Queries with the asset that each side shows first: its arrival is what "answered" means.</summary>
    private static async Task<(List<Keystroke> Ours, List<Keystroke> Reference)> KeystrokesAsync(SeededFleet fleet)
    {
        await using var core = await CorePortal.OpenAsync(fleet.PortalDatabase, fleet.Sample.OrganizationId);
        using var raw = new RawSearch(fleet.ReferenceDatabase);
        var (ours, reference) = (new List<Keystroke>(), new List<Keystroke>());
        foreach (var text in fleet.Sample.Texts(QueryClass.Selective))
        {
            if ((await core.SearchAsync(text), raw.Search(text)) is ([var first, ..], [var rawFirst, ..]))
            {
                ours.Add(new Keystroke(text, first));
                reference.Add(new Keystroke(text, rawFirst));
            }
        }

        return (ours, reference);
    }

    private sealed record Keystroke(string Text, string FirstAssetId);

    private sealed class Side(
        HttpClient http, ServerProcess server, Uri collect, HttpMethod collectMethod, IReadOnlyList<Keystroke> keystrokes,
        IReadOnlyList<CircuitPage> pages)
    {
        private readonly List<Circuit> _open = [];
        private double _keystrokeCpu;
        private long _bytes;
        private long _batches;

        public Samples Answered { get; } = new();

        public int Unanswered { get; private set; }

        public double HeapKiB { get; private set; }

        public double ResidentKiB { get; private set; }

        public double CpuToOpen { get; private set; }

        public double CpuPerKeystroke => _keystrokeCpu / Answered.Count;

        public double BytesPerKeystroke => (double)_bytes / Answered.Count;

        public double BatchesPerKeystroke => (double)_batches / Answered.Count;

        public async Task WarmUpAsync()
        {
            await OpenManyAsync(10);
            await Task.WhenAll(_open.Select((circuit, i) => TypeAsync(circuit, i, 20, new Samples())));
            await CloseAsync();
            Unanswered = 0;
        }

        public async Task OpenAsync(int circuits)
        {
            var heap = await CollectAsync();
            var (resident, cpu) = (server.ResidentKiB, server.CpuMilliseconds);
            await OpenManyAsync(circuits);
            CpuToOpen = (server.CpuMilliseconds - cpu) / circuits;
            HeapKiB = (await CollectAsync() - heap) / 1024 / circuits;
            ResidentKiB = (server.ResidentKiB - resident) / circuits;
        }

        public async Task TypeAsync(int round)
        {
            var cpu = server.CpuMilliseconds;
            var (bytes, batches) = (_open.Sum(circuit => circuit.Bytes), _open.Sum(circuit => circuit.Batches));
            await Task.WhenAll(_open.Take(Typers).Select((circuit, i) => TypeAsync(circuit, (round * 17) + (i * 31), KeystrokesEach, Answered)));
            _keystrokeCpu += server.CpuMilliseconds - cpu;
            _bytes += _open.Sum(circuit => circuit.Bytes) - bytes;
            _batches += _open.Sum(circuit => circuit.Batches) - batches;
        }

        public async Task CloseAsync()
        {
            await Task.WhenAll(_open.Select(circuit => circuit.DisposeAsync().AsTask()));
            _open.Clear();
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        private async Task TypeAsync(Circuit circuit, int offset, int count, Samples into)
        {
            for (var i = 0; i < count; i++)
            {
                var (text, first) = keystrokes[(offset + i) % keystrokes.Count];
                if (await circuit.TypeAsync(text, first) is { } milliseconds)
                {
                    into.Add(milliseconds);
                }
                else
                {
                    Unanswered++;
                }

                await circuit.QuietAsync(s_quiet);
            }
        }

        private async Task OpenManyAsync(int count) =>
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce }, async (i, _) =>
            {
                var circuit = new Circuit(pages[i % pages.Count]);
                await circuit.OpenAsync(http);
                lock (_open)
                {
                    _open.Add(circuit);
                }
            });

        /// <summary>Full collection; bytes of live heap.</summary>
        private async Task<double> CollectAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            using var request = new HttpRequestMessage(collectMethod, collect);
            request.Headers.Add("Origin", collect.GetLeftPart(UriPartial.Authority));
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            using var answer = await http.SendAsync(request);
            return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("heap").GetDouble();
        }
    }
}
