using Portal.Core.Expressions;
using static Portal.Core.Expressions.ExpressionOperators;

namespace Portal.Core.Products;

/// <summary>What an expression of a product search may compare, named as in the expression.</summary>
public enum ProductFilterField
{
    ProductKey,
    ModelId,
    ProductName,
    ProductTags,
}

/// <summary>The expression of an EnOS product search, e.g. <c>productName like "inverter"</c>.</summary>
/// <remarks>Source: EnOS Connection API 2.1 and 2.4, "Search Product". Products of the portal have no tags.</remarks>
public static class ProductExpression
{
    private static readonly ExpressionParser<ProductFilterField> s_parser = new(
        new("productKey", ProductFilterField.ProductKey, Equal | In),
        new("modelId", ProductFilterField.ModelId, Equal | In),
        new("productName", ProductFilterField.ProductName, Like) { IsMember = NameLanguages.IsLanguage, Example = "productName[.default|.zh_CN|.en_US]" },
        new("productTags", ProductFilterField.ProductTags, Equal | Exists)
        {
            NeedsMember = true,
            IsMember = member => member.Length > 0,
            Example = "productTags.<key>",
        });

    /// <returns>What products must fulfil, or <see cref="ExpressionInvalid"/>.</returns>
    public static Result<Filter<ProductFilterField>> Parse(string expression) => s_parser.Parse(expression);

    /// <summary>Whether a product fulfils it: there are few, so they are looked at one by one.</summary>
    internal static bool IsMatch(ProductRecord product, Filter<ProductFilterField> filter) => filter switch
    {
        Filter<ProductFilterField>.All all => all.Parts.All(part => IsMatch(product, part)),
        Filter<ProductFilterField>.Any any => any.Parts.Any(part => IsMatch(product, part)),
        Filter<ProductFilterField>.Not not => !IsMatch(product, not.Part),
        Filter<ProductFilterField>.Comparison { Field: ProductFilterField.ProductKey } keys => keys.Values.Contains(product.ProductKey),
        Filter<ProductFilterField>.Comparison { Field: ProductFilterField.ModelId } models => models.Values.Contains(product.ModelId),
        Filter<ProductFilterField>.Comparison { Field: ProductFilterField.ProductName } name => NamesIn(product, name.Member)
            .Any(text => text.Contains(name.Value, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };

    private static IEnumerable<string> NamesIn(ProductRecord product, string? language) => language switch
    {
        null => new[] { product.Name, product.NameZh, product.NameEn }.OfType<string>(),
        NameLanguages.Chinese => [product.NameZh ?? product.Name],
        NameLanguages.English => [product.NameEn ?? product.Name],
        _ => [product.Name],
    };
}
