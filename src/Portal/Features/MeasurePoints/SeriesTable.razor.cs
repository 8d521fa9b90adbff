using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.MeasurePoints;
using Portal.Resources;

namespace Portal.Features.MeasurePoints;

/// <summary>The values of a chart to read, newest first, with a line for each replacement.</summary>
public sealed partial class SeriesTable
{
    [Parameter, EditorRequired]
    public required Series Series { get; set; }

    /// <summary>As the devices sent it, without what is added after a replacement.</summary>
    [Parameter]
    public bool IsRaw { get; set; }

    [Inject]
    public required IStringLocalizer<MeasurePointsText> Text { get; init; }

    /// <summary>What each unit sent, with the replacement that it came by.</summary>
    private IEnumerable<(SeriesRun Run, HardwareChange? Change)> Newest => Series.Runs.Zip(Series.Changes.Prepend(null)).Reverse();

    private string Number(SeriesRun run, double? number) => number is { } value ? SeriesNumbers.Format(value + (IsRaw ? 0 : run.Offset)) : "–";
}
