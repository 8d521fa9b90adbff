using System.Buffers;
using System.Text.RegularExpressions;
using Portal.Core.Persistence;

namespace Portal.Core.Products;

/// <summary>What the fields of a product may hold. Source: EnOS device connection, "Limitations".</summary>
public static partial class ProductFields
{
    private static readonly SearchValues<char> s_notInNames = SearchValues.Create("<>;@*%&\\");

    public static FieldInvalid? Check(string? name, string? nameZh, string? nameEn, string? description) =>
        string.IsNullOrWhiteSpace(name) ? new FieldInvalid("productName", "a name is needed")
        : CheckName(name) ?? CheckName(nameZh) ?? CheckName(nameEn) ?? FieldText.Check("productDesc", description, ColumnLengths.Description);

    /// <summary>Left out: the portal makes one. The vendor's C SDK holds 20 characters.</summary>
    public static FieldInvalid? CheckKey(string? productKey) =>
        productKey is null || KeyPattern().IsMatch(productKey) ? null : new FieldInvalid("productKey", "4 to 20 letters, digits, hyphens or underscores");

    public static FieldInvalid? CheckModel(string? modelId) =>
        modelId is not null && ModelPattern().IsMatch(modelId) ? null : new FieldInvalid("modelId", "1 to 128 letters, digits, hyphens, underscores or full stops");

    private static FieldInvalid? CheckName(string? name) => FieldText.Check("productName", name, ColumnLengths.ProductName)
        ?? (name is not null && name.AsSpan().ContainsAny(s_notInNames) ? new FieldInvalid("productName", "none of < > ; @ * % & \\") : null);

    [GeneratedRegex(@"^[A-Za-z0-9_-]{4,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModelPattern();
}
