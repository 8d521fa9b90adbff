using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Goals;

/// <summary>G4 and G6: a real browser on a tablet's screen, keystroke to painted rows and first load, against a bare table of 25 rows.</summary>
internal static class Browser
{
    private const int PortalPort = 18064;
    private const int PlainPort = 18063;
    private const double FrameMilliseconds = 1000.0 / 60;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        await using var plain = await setting.References.StartPlainAsync(fleet.ReferenceDatabase, PlainPort);
        await using var portal = await setting.Portal.StartAsync(fleet.PortalDatabase, PortalPort);
        var person = (await PortalSignIn.PeopleAsync(portal.Address, fleet.Sample.OrganizationId))[0];

        var folder = await setting.References.PrepareBrowserBenchAsync();
        await WriteAsync(folder, "queries.json", await FoundByBothAsync(fleet));
        await WriteAsync(folder, "plain.json", new Target("plain", $"{plain.Address}plain", "#q", "tbody tr"));
        var page = new Uri(portal.Address, $"{PortalPages.Devices}?org={fleet.Sample.OrganizationId}").ToString();
        await WriteAsync(folder, "ours.json", new Target("ours", page, $"#{PortalPages.SearchBox}", PortalPages.GridRow,
            [new(Goto: page), new(Click: $"button:has-text(\"{person}\")"), new(Wait: $"#{PortalPages.SearchBox}")]));

        var measured = new List<Measured>();
        for (var round = 0; round < setting.Options.Rounds; round++)
        {
            foreach (var side in new[] { "ours.json", "plain.json" })
            {
                await Commands.RunAsync(folder, "node",
                    ["gridbench.mjs", "--queries", "queries.json", "--throttle", "1,4", "--n", "30", "--loads", "3", "--out", "result.json", side]);
                measured.AddRange(JsonSerializer.Deserialize<Measured[]>(await File.ReadAllTextAsync(Path.Combine(folder, "result.json")), s_json)!);
            }
        }

        foreach (var rate in new[] { 1, 4 })
        {
            Report(setting.Report, rate, Median(measured, "ours", rate), Median(measured, "plain", rate));
        }
    }

    private static void Report(Report report, int rate, Figures ours, Figures plain)
    {
        report.AtMost("G4", $"keystroke to painted, CPU/{rate}, p50", "ms", ours.Key50, plain.Key50, plain.Key50 + FrameMilliseconds, "<= 1 frame more",
            1.1 * plain.Key50, "<= 1.1 x");
        report.AtMost("G4", $"keystroke to painted, CPU/{rate}, p95, p50 beside", "ms", ours.Key95, plain.Key50, 3 * plain.Key50, "<= 3 x p50",
            2 * plain.Key50, "<= 2 x p50");
        report.Info("G4", $"queries without an answer, CPU/{rate}", "", ours.Fail, plain.Fail);
        if (rate == 1)
        {
            return;
        }

        report.Ratio("G6", $"first contentful paint, CPU/{rate}", "ms", ours.Fcp, plain.Fcp, bar: 2, moonshot: 1.2);
        report.Ratio("G6", $"interactive, CPU/{rate}", "ms", ours.Interactive, plain.Interactive, bar: 1.3, moonshot: 1.05);
        report.AtMost("G6", "first load, transferred", "KiB", ours.Kib, plain.Kib, bar: 200, moonshot: 100);
        report.Info("G6", "first load, requests", "", ours.Requests, plain.Requests);
    }

    private static Figures Median(List<Measured> all, string name, int rate)
    {
        var rounds = all.Where(measured => measured.Name == name && measured.Rate == rate).ToArray();
        double Of(Func<Measured, double?> figure) =>
            rounds.Select(figure).OfType<double>().Order().ElementAtOrDefault(rounds.Length / 2) is > 0 and var value ? value : double.NaN;
        return new Figures(Of(m => m.Fcp), Of(m => m.Interactive), Of(m => m.Kib), Of(m => m.Requests), Of(m => m.Key50), Of(m => m.Key95),
            rounds.Sum(m => m.Fail));
    }

    private static async Task<IEnumerable<object>> FoundByBothAsync(SeededFleet fleet)
    {
        await using var core = await CorePortal.OpenAsync(fleet.PortalDatabase, fleet.Sample.OrganizationId);
        using var raw = new RawSearch(fleet.ReferenceDatabase);
        var found = new List<object>();
        foreach (var text in fleet.Sample.Texts(QueryClass.Selective))
        {
            if ((await core.SearchAsync(text)).Count > 0 && raw.Search(text).Count > 0)
            {
                found.Add(new { cls = "selective", q = text });
            }
        }

        return found;
    }

    private static Task WriteAsync(string folder, string file, object value) =>
        File.WriteAllTextAsync(Path.Combine(folder, file), JsonSerializer.Serialize(value, s_json));

    private sealed record Target(string Name, string Url, string Input, string Row, IReadOnlyList<Step>? Login = null);

    private sealed record Step(string? Goto = null, string? Click = null, string? Wait = null);

    private sealed record Figures(double Fcp, double Interactive, double Kib, double Requests, double Key50, double Key95, int Fail);

    private sealed record Measured(
        string Name, int Rate, double? Fcp, double? Interactive, double? Kib, double? Requests, double? Key50, double? Key95, int Fail);
}
