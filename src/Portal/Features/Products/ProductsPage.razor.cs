using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Live;
using Portal.Core.Products;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Products;

/// <summary>The products of an organization, and how devices of each connect.</summary>
public sealed partial class ProductsPage : IDisposable
{
    private readonly Refresh _refresh;
    private IDisposable? _live;
    private OrganizationAccess? _organization;
    private IReadOnlyList<ProductOverview>? _products;
    private ProductOverview? _open;
    private string? _failure;
    private bool _mayManage;

    public ProductsPage() => _refresh = new Refresh(FollowAsync);

    [Inject]
    public required IStringLocalizer<ProductsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ProductQueries Reads { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    /// <summary>The product that is open when the page comes.</summary>
    [SupplyParameterFromQuery(Name = PortalRoutes.ProductParameter)]
    public string? Product { get; set; }

    protected override async Task OnInitializedAsync()
    {
        var organization = await Current.GetOrganizationAsync();
        if (organization.Error is { } error)
        {
            _failure = Errors.Of(error);
            return;
        }

        _organization = organization.Value!;
        _mayManage = (await Current.GetAccessAsync()).Value?.Has(Right.ManageDevices) == true;
        if (RendererInfo.IsInteractive)
        {
            _live = Live.Subscribe(fleetEvent =>
            {
                if (fleetEvent is ProductChangedEvent changed && changed.OrganizationNumber == _organization.Number)
                {
                    _ = InvokeAsync(_refresh.RunAsync);
                }
            });
        }

        await LoadAsync();
        _open = _products?.FirstOrDefault(product => product.ProductKey == Product);
    }

    private async Task FollowAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var products = await Reads.OverviewAsync(await Current.GetAsync(), _organization!.OrganizationId);
        _failure = products.Error is null ? null : Errors.Of(products.Error);
        _products = products.Value;
        var open = _open?.ProductKey;
        _open = _products?.FirstOrDefault(product => product.ProductKey == open);
    }

    private void Open(ProductOverview product) => _open = product;

    private string CountOf(ProductOverview product) => product.Devices > ProductOverview.MaxCounted
        ? Text["MoreThan", ProductOverview.MaxCounted]
        : product.Devices.ToString("N0", CultureInfo.CurrentCulture);

    public void Dispose() => _live?.Dispose();
}
