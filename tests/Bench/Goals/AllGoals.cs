using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Goals;

/// <summary>What every goal works with.</summary>
internal sealed record Setting(BenchOptions Options, PublishedPortal Portal, ReferenceServers References, Fleets Fleets, Report Report);

/// <summary>The goals of the project's performance page, each with its first bar and its moonshot.</summary>
internal static class AllGoals
{
    private static readonly (string[] Goals, Func<Setting, Task> MeasureAsync)[] s_all =
    [
        (["G1"], SearchOverHttp.MeasureAsync),
        (["G2"], SearchInProcess.MeasureAsync),
        (["G4", "G6"], Browser.MeasureAsync),
        (["G5", "G13"], Circuits.MeasureAsync),
        (["G7", "G8", "G19"], ReplacingOverRest.MeasureAsync),
        (["G11"], DeviceSignIns.MeasureAsync),
        (["G12"], RefusedSignIns.MeasureAsync),
        (["G14"], LivePushes.MeasureAsync),
        (["G15"], HoldingDevices.MeasureAsync),
        (["POSTS"], PostingMeasurements.MeasureAsync),
        (["G16"], ColdStart.MeasureAsync),
        (["G17"], Growth.MeasureAsync),
        (["G18"], IndexSize.MeasureAsync),
        (["IMPORT"], Importing.MeasureAsync),
    ];

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        var portal = new PublishedPortal(options);
        var setting = new Setting(options, portal, new ReferenceServers(options), new Fleets(options, portal), report);
        foreach (var (goals, measureAsync) in s_all.Where(group => options.Wants(group.Goals)))
        {
            try
            {
                await measureAsync(setting);
            }
            catch (Exception exception)
            {
                report.Failed(string.Join('/', goals), exception);
            }
        }
    }
}
