using System.Globalization;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Features.Replacements;

/// <summary>Names in the language of the screen where there is one.</summary>
public static class AssetNames
{
    public static string Of(AssetDetail asset) => IsChinese ? asset.NameZh ?? asset.Name : asset.Name;

    /// <summary>The asset's ID where its device is gone.</summary>
    public static string Of(ReplacementSummary change) => (IsChinese ? change.NameZh : null) ?? change.Name ?? change.AssetId;

    public static string OfProduct(AssetDetail asset) => IsChinese ? asset.ProductNameZh ?? asset.ProductName : asset.ProductName;

    public static string OfProduct(ProductOverview product) => IsChinese ? product.NameZh ?? product.Name : product.Name;

    private static bool IsChinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
}
