using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>
/// Reads a type plate with the camera into a field. Seen where the browser can read codes, and on touch screens, where
/// it says what else would do if the browser cannot (js/scan.js).
/// </summary>
public sealed partial class ScanButton
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    /// <summary>ID of the input that takes the text, as a keyboard would.</summary>
    [Parameter, EditorRequired]
    public required string For { get; set; }

    /// <summary>With its name beside the icon.</summary>
    [Parameter]
    public bool IsNamed { get; set; }
}
