using Portal.Core.Expressions;
using static Portal.Core.Expressions.ExpressionOperators;

namespace Portal.Core.Devices.Search;

/// <summary>
/// The expression of an EnOS device search, e.g. <c>productKey = "a" and not exists(deviceTags.site)</c>.
/// </summary>
/// <remarks>
/// Source: EnOS Connection API 2.1 and 2.4, "Search Device". Ours where it is silent: <c>not</c> before anything,
/// a quote within quotes is written twice, and a device without a tag is one that has <c>!=</c> any value of it.
/// </remarks>
public static class DeviceExpression
{
    /// <summary>The literals of the contract and the words of the search box, which calls it <c>disabled</c>.</summary>
    private static readonly Dictionary<string, DeviceStatus?> s_statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["inactive"] = DeviceStatus.Inactive,
        ["online"] = DeviceStatus.Online,
        ["offline"] = DeviceStatus.Offline,
        ["disable"] = DeviceStatus.Disabled,
        ["disabled"] = DeviceStatus.Disabled,
        ["mirror"] = null, // no device here mirrors another
    };

    private static readonly ExpressionParser<DeviceField> s_parser = new(
        new("assetId", DeviceField.Asset, Equal | In),
        new("deviceKey", DeviceField.Key, Equal | In),
        new("productKey", DeviceField.Product, Equal | In),
        new("productType", DeviceField.ProductType, Equal) { Words = ["Device", "Gateway"] },
        new("modelId", DeviceField.ModelId, Equal | NotEqual | In),
        new("firmwareVersion", DeviceField.FirmwareVersion, Equal | In),
        new("deviceName", DeviceField.Name, Like) { IsMember = NameLanguages.IsLanguage, Example = "deviceName[.default|.zh_CN|.en_US]" },
        new("status", DeviceField.Status, Equal | In) { Words = [.. s_statuses.Keys] },
        new("deviceTags", DeviceField.Tags, Equal | NotEqual | In | Exists) { NeedsMember = true, IsMember = IsName, Example = "deviceTags.<key>" },
        new("deviceAttributes", DeviceField.Attributes, Equal | In | Exists)
        {
            NeedsMember = true,
            IsMember = IsName,
            Example = "deviceAttributes.<identifier>",
            TakesNumbers = true,
        });

    /// <returns>What devices must fulfil, or <see cref="ExpressionInvalid"/>.</returns>
    public static Result<Filter<DeviceField>> Parse(string expression) => s_parser.Parse(expression);

    /// <summary>The statuses that a comparison asks for.</summary>
    internal static IReadOnlyList<DeviceStatus> StatusesOf(Filter<DeviceField>.Comparison comparison) =>
        [.. comparison.Values.Select(value => s_statuses[value]).OfType<DeviceStatus>().Distinct()];

    private static bool IsName(string member) => member.Length is > 0 and <= ExpressionParser<DeviceField>.MaxValueLength && !member.Any(char.IsControl);
}
