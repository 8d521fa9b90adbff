using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>Makes one device. What is left empty, the portal makes.</summary>
public sealed partial class NewDeviceDialog
{
    private readonly string _operationId = Guid.NewGuid().ToString("N");
    private IReadOnlyList<ProductSummary> _products = [];
    private string? _failure;
    private string? _invalid;
    private string? _message;
    private string? _productKey;
    private string? _name;
    private string? _nameZh;
    private string? _deviceKey;
    private string? _assetId;
    private string? _timeZone = "+00:00";
    private bool _showSecret = true;
    private bool _isBusy;

    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ProductQueries Products { get; init; }

    [Inject]
    public required DeviceService Devices { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required string OrganizationId { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _products = (await Products.ListAsync(await Current.GetAsync(), OrganizationId)).Value ?? [];
        _productKey = _products.Count > 0 ? _products[0].ProductKey : null;
    }

    private async Task CreateAsync()
    {
        // Clicks queue up in the circuit: a disabled button does not stop the second one.
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        var request = new CreateDeviceRequest(
            OrganizationId, _productKey ?? "", _name ?? "", _timeZone?.Trim() ?? "", Given(_assetId), Given(_deviceKey), Given(_nameZh), null, _showSecret ? SecretDelivery.Reveal : SecretDelivery.None);

        // The same words again are the same intent; other words are another one.
        var result = await Devices.CreateAsync(await Current.GetAsync(), request with { OperationId = $"{_operationId}-{request.GetHashCode():x8}" });
        _isBusy = false;
        if (result.IsSuccess)
        {
            Dialog.Close(result.Value);
            return;
        }

        // What one field can mend is said at that field.
        (_invalid, _message) = (FieldOf(result.Error), Errors.Of(result.Error));
        _failure = _invalid is null ? _message : null;
    }

    private static string? FieldOf(Error error) => error switch
    {
        FieldInvalid invalid => invalid.Field,
        DeviceKeyInvalid or DeviceKeyInUse => "deviceKey",
        AssetIdInUse => "assetId",
        _ => null,
    };

    private string? InvalidAt(string field) => _invalid == field ? "true" : null;

    private static string NameOf(ProductSummary product) =>
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" && product.NameZh is { Length: > 0 } name ? name : product.Name;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
