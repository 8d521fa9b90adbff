using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Products;
using Portal.Resources;

namespace Portal.Features.Products;

/// <summary>What is switched on at a product.</summary>
public sealed partial class ProductBadges
{
    [Parameter, EditorRequired]
    public required ProductOverview Product { get; set; }

    [Inject]
    public required IStringLocalizer<ProductsText> Text { get; init; }
}
