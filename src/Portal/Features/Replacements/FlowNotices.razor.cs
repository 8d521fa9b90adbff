using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>Above a form: that somebody else was first, or that the change was refused and why.</summary>
public sealed partial class FlowNotices
{
    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Parameter, EditorRequired]
    public required OnceOnlyChange Change { get; set; }

    /// <summary>Says that it was not done, e.g. <c>Not replaced</c>.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public EventCallback OnReload { get; set; }
}
