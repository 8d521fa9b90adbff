using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.MeasurePoints;
using Portal.Resources;

namespace Portal.Features.MeasurePoints;

/// <summary>
/// A series as a drawing: the mean as a line, lowest to highest around it, each replacement as a mark with the time without values. Drawn
/// by the server; <c>chart.js</c> only reads out what is under the pointer. The same values stand in the table for whoever cannot see it.
/// </summary>
public sealed partial class SeriesChart
{
    private Series? _drawn;
    private SeriesPlot? _plot;

    [Parameter, EditorRequired]
    public required Series Series { get; set; }

    /// <summary>As the devices sent it, without what is added after a replacement.</summary>
    [Parameter]
    public bool IsRaw { get; set; }

    [Inject]
    public required IStringLocalizer<MeasurePointsText> Text { get; init; }

    private GapTexts Gaps => new(Text);

    private SeriesPlot Plot => _drawn == Series && _plot?.IsRaw == IsRaw ? _plot : _plot = new SeriesPlot(_drawn = Series, IsRaw);

    private bool IsShort => Series.Range is SeriesRange.Hour or SeriesRange.Day;

    private string MomentForm => IsShort ? "clock" : "short";

    private string MomentFormat => IsShort ? "HH:mm" : "MM-dd HH:mm";

    private string Summary
    {
        get
        {
            var numbers = Series.Runs.SelectMany(run => run.Buckets.Where(bucket => bucket.Numbers > 0)
                .Select(bucket => (Min: bucket.Min + Offset(run), Max: bucket.Max + Offset(run)))).ToList();
            return Text["Summary", Series.Point, Text[$"Range{Series.Range}"], SeriesNumbers.Format(numbers.Min(number => number.Min)!.Value),
                SeriesNumbers.Format(numbers.Max(number => number.Max)!.Value), Series.Changes.Count];
        }
    }

    private double Offset(SeriesRun run) => IsRaw ? 0 : run.Offset;

    private static string Exact(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Far to the right, it is written to the left of its mark.</summary>
    private static string FlagClass(PlotMark mark) => mark.Percent > 65 ? "chart-flag chart-flag-end" : "chart-flag";
}
