using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>Stands where a list would be, says why there is none and offers the way on.</summary>
public sealed partial class EmptyState
{
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public string Icon { get; set; } = IconShapes.Search;

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }
}
