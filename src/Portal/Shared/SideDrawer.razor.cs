using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>
/// Details beside a list; not modal. Put it in an element of class <c>with-drawer</c> after the list.
/// It takes the focus when it opens; <c>portal.js</c> gives it back when it goes.
/// </summary>
public sealed partial class SideDrawer
{
    private readonly string _titleId = $"drawer-{Guid.NewGuid():N}";
    private ElementReference _title;

    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>The title is a key or an ID.</summary>
    [Parameter]
    public bool IsKey { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Footer { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _title.FocusAsync();
        }
    }

    private Task OnKeyDownAsync(KeyboardEventArgs key) => key.Key == "Escape" ? OnClose.InvokeAsync() : Task.CompletedTask;
}
