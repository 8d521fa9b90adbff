using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>Below a form: the way out, the one action, and what it will do or why it does nothing.</summary>
public sealed partial class FlowFoot
{
    private readonly string _id = $"why-{Guid.NewGuid():N}";

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Parameter, EditorRequired]
    public required string Action { get; set; }

    [Parameter, EditorRequired]
    public required string Icon { get; set; }

    /// <summary>What the action will do, in a sentence.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    /// <summary>Why it does nothing now; null when it works.</summary>
    [Parameter]
    public string? WhyOff { get; set; }

    [Parameter]
    public bool IsBusy { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Parameter]
    public EventCallback OnSubmit { get; set; }
}
