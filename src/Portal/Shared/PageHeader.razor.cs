using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>The one h1 of a page, the title of its tab, and the mark by which a test sees that the page is interactive.</summary>
public sealed partial class PageHeader
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>One line under the title.</summary>
    [Parameter]
    public RenderFragment? Lead { get; set; }

    /// <summary>Buttons at the far side of the title.</summary>
    [Parameter]
    public RenderFragment? Actions { get; set; }
}
