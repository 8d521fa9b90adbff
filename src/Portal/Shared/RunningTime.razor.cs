using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>Minutes and seconds that run by themselves in the browser (<c>js/running-time.js</c>), up or down to zero.</summary>
public sealed partial class RunningTime
{
    /// <summary>How long it has run, or how long there is left, at the moment of rendering.</summary>
    [Parameter, EditorRequired]
    public required TimeSpan Span { get; set; }

    /// <summary>Counts down.</summary>
    [Parameter]
    public bool IsLeft { get; set; }

    private string Seconds => Math.Max(0, (long)Span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private string Text => Span <= TimeSpan.Zero ? "0:00"
        : Span.ToString(Span.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
