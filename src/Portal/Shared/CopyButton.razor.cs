using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>Copies text that is not secret, within the click and without the server; says so only after the browser did.</summary>
public sealed partial class CopyButton
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    [Parameter, EditorRequired]
    public required string Value { get; set; }

    /// <summary>Names what is copied, for those who cannot see where the button stands.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    /// <summary>The element that is selected for copying by hand where the browser refuses.</summary>
    [Parameter]
    public string? SourceId { get; set; }
}
