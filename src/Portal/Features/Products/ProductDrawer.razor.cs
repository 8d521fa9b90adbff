using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Devices.Search;
using Portal.Core.Products;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Products;

/// <summary>One product: how its devices may sign in, and its secret.</summary>
public sealed partial class ProductDrawer
{
    private ProductOverview? _seen;
    private bool _allowsSha1;
    private bool _allowsActivation;
    private bool _isSaved;
    private bool _isBusy;
    private string? _failure;

    [Parameter, EditorRequired]
    public required ProductOverview Product { get; set; }

    [Parameter, EditorRequired]
    public required string OrganizationId { get; set; }

    /// <summary>How many devices it has, in words.</summary>
    [Parameter, EditorRequired]
    public required string DevicesText { get; set; }

    [Parameter]
    public bool MayManage { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnChanged { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    [Inject]
    public required IStringLocalizer<ProductsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ProductSecretService Products { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    private bool IsChanged => (_allowsSha1, _allowsActivation) != (Product.AllowsSha1, Product.AllowsActivation);

    private string SearchText => DeviceTerm.Of(DeviceField.Product, Product.ProductKey).ToString();

    protected override void OnParametersSet()
    {
        // What somebody else has set meanwhile is shown, unless it would undo what is being set here.
        if (_seen is null || (_allowsSha1, _allowsActivation) == (_seen.AllowsSha1, _seen.AllowsActivation))
        {
            (_allowsSha1, _allowsActivation) = (Product.AllowsSha1, Product.AllowsActivation);
        }

        _seen = Product;
    }

    private void Touch() => (_isSaved, _failure) = (false, null);

    private async Task SaveAsync()
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_isBusy || !IsChanged)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var result = await Products.ConfigureAsync(
                await Current.GetAsync(), new ConfigureProductRequest(OrganizationId, Product.ProductKey, _allowsSha1, _allowsActivation, Guid.CreateVersion7().ToString()));
            (_isSaved, _failure) = (result.IsSuccess, result.Error is null ? null : Errors.Of(result.Error));
        }
        finally
        {
            _isBusy = false;
        }

        await OnChanged.InvokeAsync();
    }

    private async Task MakeSecretAsync()
    {
        await Dialogs.ShowMakeProductSecretAsync(OrganizationId, Product);
        await OnChanged.InvokeAsync();
    }
}
