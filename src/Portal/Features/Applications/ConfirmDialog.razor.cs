using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>Asks before something that clients notice, and says what they notice.</summary>
public sealed partial class ConfirmDialog
{
    private readonly string _id = $"confirm-{Guid.NewGuid():N}";
    private string? _typed;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required string Meaning { get; set; }

    [Parameter, EditorRequired]
    public required string Action { get; set; }

    /// <summary>Has to be typed first, where there is no way back.</summary>
    [Parameter]
    public string? Word { get; set; }

    [Parameter]
    public bool IsGrave { get; set; } = true;

    private bool IsConfirmed => Word is null || _typed?.Trim() == Word;

    private void Confirm()
    {
        if (IsConfirmed)
        {
            Dialog.Close(DialogResult.Ok(true));
        }
    }
}
