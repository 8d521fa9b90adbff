using Microsoft.Extensions.Localization;
using Portal.Core.MeasurePoints;
using Portal.Resources;

namespace Portal.Features.MeasurePoints;

/// <summary>Says how long no value came.</summary>
public readonly struct GapTexts(IStringLocalizer<MeasurePointsText> text)
{
    /// <summary>Beside a mark in the chart.</summary>
    public string Mark(HardwareChange change) => change.Gap is { } gap ? text["GapShort", Length(gap)]
        : change.FirstAfter is null ? text["GapOpenShort"] : text["GapUnknownShort"];

    public string Length(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => text["Seconds", (int)time.TotalSeconds],
        { TotalMinutes: < 60 } => text["Minutes", (int)time.TotalMinutes],
        { TotalHours: < 24, Minutes: 0 } => text["WholeHours", (int)time.TotalHours],
        { TotalHours: < 24 } => text["Hours", (int)time.TotalHours, time.Minutes],
        _ => text["Days", (int)time.TotalDays, time.Hours],
    };
}
