using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>Comes back to a replacement that was made before: from the inbox line, the asset page, another tab.</summary>
public sealed partial class ReplacementProgressDialog
{
    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    [Parameter]
    public long? ReplacementId { get; set; }

    [Parameter]
    public Guid? GrantId { get; set; }

    [Parameter]
    public bool JustMade { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    protected override Task OnInitializedAsync() =>
        GrantId is null ? Task.CompletedTask : Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });

    private void Close() => Dialog.Close();
}
