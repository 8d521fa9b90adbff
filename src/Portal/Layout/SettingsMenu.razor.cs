using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Layout;

/// <summary>How the portal looks and speaks in this browser.</summary>
public sealed partial class SettingsMenu
{
    [Inject]
    public required IStringLocalizer<LayoutText> Text { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    /// <summary>The page to come back to.</summary>
    [Parameter, EditorRequired]
    public required string ReturnUrl { get; set; }

    private string Theme => Themes.Of(HttpContext);
}
