using MudBlazor;
using Portal.Core.Products;

namespace Portal.Features.Products;

/// <summary>Opens the dialogs of this feature, from any page.</summary>
public static class ProductDialogs
{
    // Only its own buttons close it: no secret is lost by a stray click or a change of page.
    private static readonly DialogOptions s_flow = new()
    {
        MaxWidth = MaxWidth.Small,
        FullWidth = true,
        BackdropClick = false,
        CloseOnEscapeKey = false,
        CloseOnNavigation = false,
    };

    /// <summary>Makes the secret of a product, or its next one.</summary>
    public static async Task ShowMakeProductSecretAsync(this IDialogService dialogs, string organizationId, ProductOverview product)
    {
        var dialog = await dialogs.ShowAsync<ProductSecretDialog>(
            null,
            new DialogParameters<ProductSecretDialog>
            {
                { form => form.OrganizationId, organizationId },
                { form => form.ProductKey, product.ProductKey },
                { form => form.IsRenewal, product.SecretVersion is not null },
            },
            s_flow);
        await dialog.Result;
    }

    /// <summary>A product secret that was made before and is not confirmed yet.</summary>
    public static Task<IDialogReference> ShowProductSecretAsync(this IDialogService dialogs, string productKey, Guid grantId) =>
        dialogs.ShowAsync<ProductSecretDialog>(
            null,
            new DialogParameters<ProductSecretDialog> { { form => form.ProductKey, productKey }, { form => form.GrantId, grantId } },
            s_flow);
}
