using System.Diagnostics;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Goals;

/// <summary>G2: the core's search, with rights and tenancy, against one bare statement on the trigram index; every class of query.</summary>
internal static class SearchInProcess
{
    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        await using var core = await CorePortal.OpenAsync(fleet.PortalDatabase, fleet.Sample.OrganizationId);
        using var raw = new RawSearch(fleet.ReferenceDatabase);
        var (worst, access) = (0.0, new Samples());
        for (var i = 0; i < 600; i++)
        {
            await TimeAsync(i < 100 ? null : access, core.CheckAccessAsync);
        }

        setting.Report.Info("G2", "check of session and rights, part of each core search; the reference has none, p50", "ms", access.P50);
        setting.Report.Info("G2", "check of session and rights, p95", "ms", access.P95);
        var selective = double.NaN;
        foreach (var queryClass in Enum.GetValues<QueryClass>())
        {
            var texts = fleet.Sample.Texts(queryClass);
            var (ours, counted, reference) = (new Samples(), new Samples(), new Samples());
            for (var round = -1; round < setting.Options.Rounds; round++)
            {
                // The first round warms all and is not counted.
                foreach (var text in texts)
                {
                    await TimeAsync(round < 0 ? null : ours, () => core.SearchAsync(text));
                }

                foreach (var text in texts)
                {
                    await TimeAsync(round < 0 ? null : counted, () => core.SearchAsync(text, withCount: true));
                }

                foreach (var text in texts)
                {
                    await TimeAsync(round < 0 ? null : reference, () => Task.FromResult(raw.Search(text)));
                }
            }

            worst = Math.Max(worst, ours.P95);
            selective = queryClass == QueryClass.Selective ? reference.P95 : selective;
            setting.Report.Info("G2", $"core search {setting.Options.Devices:N0}, {queryClass}, p50", "ms", ours.P50, reference.P50);
            setting.Report.Ratio("G2", $"core search {setting.Options.Devices:N0}, {queryClass}, p95", "ms", ours.P95, reference.P95, bar: 2);
            setting.Report.Info("G2", $"core search {setting.Options.Devices:N0}, {queryClass}, with count, p95", "ms", counted.P95, reference.P95);
        }

        setting.Report.AtMost("G2", "p95 of the worst class, raw selective p95 beside", "ms", worst, selective, double.PositiveInfinity,
            barText: "", moonshot: selective, moonshotText: "<= raw selective");
    }

    private static async Task TimeAsync(Samples? into, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        into?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}
