using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Commands;
using Portal.Core.Products;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Products;

/// <summary>Makes a product secret, says first what stops working, and shows it; or comes back to one that was made before.</summary>
public sealed partial class ProductSecretDialog
{
    private string _operationId = NewOperation();
    private Guid? _grantId;
    private bool _isMade;
    private bool _isBusy;
    private string? _failure;

    [Inject]
    public required IStringLocalizer<ProductsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ProductSecretService Products { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    /// <summary>Only to make one.</summary>
    [Parameter]
    public string OrganizationId { get; set; } = "";

    [Parameter, EditorRequired]
    public required string ProductKey { get; set; }

    /// <summary>The product has one already.</summary>
    [Parameter]
    public bool IsRenewal { get; set; }

    /// <summary>The right to see the one that was made.</summary>
    [Parameter]
    public Guid? GrantId { get; set; }

    private Guid? Grant => _grantId ?? GrantId;

    private async Task MakeAsync()
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_isBusy || _isMade)
        {
            return;
        }

        (_isBusy, _failure) = (true, null);
        try
        {
            var result = await Products.MakeAsync(await Current.GetAsync(), OrganizationId, ProductKey, _operationId);
            (_isMade, _grantId) = (result.IsSuccess, result.Value?.RevealGrantId);
            if (result.Error is { } error)
            {
                _operationId = error is StorageUnavailable ? _operationId : NewOperation();
                _failure = Errors.Of(error);
            }
        }
        finally
        {
            _isBusy = false;
        }

        // The title is drawn by the dialog around this one, which has not heard.
        Dialog.StateHasChanged();
    }

    private void Close() => Dialog.Close();

    private static string NewOperation() => Guid.CreateVersion7().ToString();
}
