using MudBlazor;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Features.Applications;
using Portal.Features.Products;

namespace Portal.Features.Replacements;

/// <summary>Opens the dialogs of this feature, from any page.</summary>
public static class ReplacementDialogs
{
    // Only its own buttons close such a dialog: nothing typed is lost by a stray click, and no secret by a change of page.
    private static readonly DialogOptions s_options = new()
    {
        MaxWidth = MaxWidth.Medium,
        FullWidth = true,
        BackdropClick = false,
        CloseOnEscapeKey = true,
        CloseOnNavigation = false,
    };

    /// <summary>New hardware for an asset.</summary>
    public static Task<IDialogReference> ShowReplaceAsync(this IDialogService dialogs, string assetId) =>
        dialogs.ShowAsync<ReplaceDeviceDialog>(null, new DialogParameters<ReplaceDeviceDialog> { { dialog => dialog.AssetId, assetId } }, s_options);

    /// <summary>A new secret for the same hardware.</summary>
    public static Task<IDialogReference> ShowReissueAsync(this IDialogService dialogs, string assetId) =>
        dialogs.ShowAsync<ReissueSecretDialog>(null, new DialogParameters<ReissueSecretDialog> { { dialog => dialog.AssetId, assetId } }, s_options);

    /// <summary>Comes back to a secret that its maker has not confirmed yet.</summary>
    public static Task<IDialogReference> ShowRevealAsync(this IDialogService dialogs, OpenReveal reveal) => reveal.Subject switch
    {
        RevealSubject.Application => dialogs.ShowSecretKeyAsync(reveal.AccessKey!, reveal.ApplicationName!, reveal.GrantId),
        RevealSubject.Product => dialogs.ShowProductSecretAsync(reveal.ProductKey, reveal.GrantId),
        _ => dialogs.ShowProgressAsync(reveal.AssetId, reveal.ReplacementId, reveal.GrantId),
    };

    /// <summary>What became of a replacement or re-issue: its secret while it may be seen, then the wait for the hardware.</summary>
    /// <param name="replacementId">Left out: the latest of the asset, or a device that was just created.</param>
    /// <param name="grantId">The right to see its secret, if the caller has it.</param>
    /// <param name="justMade">The secret was made by this very click: it is fetched at once.</param>
    public static Task<IDialogReference> ShowProgressAsync(
        this IDialogService dialogs, string assetId, long? replacementId = null, Guid? grantId = null, bool justMade = false) =>
        dialogs.ShowAsync<ReplacementProgressDialog>(
            null,
            new DialogParameters<ReplacementProgressDialog>
            {
                { dialog => dialog.AssetId, assetId },
                { dialog => dialog.ReplacementId, replacementId },
                { dialog => dialog.GrantId, grantId },
                { dialog => dialog.JustMade, justMade },
            },
            s_options);
}
