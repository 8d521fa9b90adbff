using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;

namespace Bench.Goals;

/// <summary>G1: a page of 25 over HTTP, with sign-in, tenancy and the portal's own records, against the bare limit server.</summary>
internal static class SearchOverHttp
{
    private const int LimitPort = 18060;

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        await using var limit = await setting.References.StartLimitAsync(fleet.ReferenceDatabase, LimitPort);
        await using var host = await SearchHost.StartAsync(setting.Options, fleet);
        using var rounds = new HttpRounds(host, limit);
        foreach (var queryClass in Enum.GetValues<QueryClass>())
        {
            var texts = fleet.Sample.Texts(queryClass);
            var (ours, reference) = await rounds.RunAsync(
                setting.Options.Rounds, texts, text => $"/search?q={text}", text => $"/search?q={text}");
            var what = $"API search {setting.Options.Devices:N0}, {queryClass}";
            if (queryClass == QueryClass.Selective)
            {
                setting.Report.Ratio("G1", what + ", p50", "ms", ours.Times.P50, reference.Times.P50, bar: 2, moonshot: 1.3);
                setting.Report.Ratio("G1", what + ", p95", "ms", ours.Times.P95, reference.Times.P95, bar: 2);
            }
            else
            {
                setting.Report.Info("G1", what + ", p50", "ms", ours.Times.P50, reference.Times.P50);
                setting.Report.Info("G1", what + ", p95", "ms", ours.Times.P95, reference.Times.P95);
            }

            setting.Report.Info("G1", what + ", server CPU", "ms", ours.CpuPerOperation, reference.CpuPerOperation);
        }
    }
}
