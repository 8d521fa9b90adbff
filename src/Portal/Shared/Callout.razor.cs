using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>What a <see cref="Callout"/> is about.</summary>
public enum CalloutTone
{
    Info,
    Good,
    Warn,
    Bad,
}

/// <summary>A message that stays on the page.</summary>
public sealed partial class Callout
{
    [Parameter]
    public CalloutTone Tone { get; set; }

    [Parameter]
    public string? Title { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>Read out when it appears: for the answer to something that the person just did.</summary>
    [Parameter]
    public bool Announced { get; set; }

    private string Classes => Tone switch
    {
        CalloutTone.Good => "callout callout-good",
        CalloutTone.Warn => "callout callout-warn",
        CalloutTone.Bad => "callout callout-bad",
        _ => "callout",
    };

    private string Shape => Tone switch
    {
        CalloutTone.Good => IconShapes.Success,
        CalloutTone.Warn => IconShapes.Warning,
        CalloutTone.Bad => IconShapes.Stop,
        _ => IconShapes.Info,
    };
}
