using Portal.Core.Expressions;
using static Portal.Core.Expressions.ExpressionOperators;

namespace Portal.Core.Devices.Search;

/// <summary>What an expression of a device search may compare, named as in the expression.</summary>
public enum DeviceFilterField
{
    AssetId,
    DeviceKey,
    ProductKey,
    ProductType,
    ModelId,
    FirmwareVersion,
    DeviceName,
    Status,
    DeviceTags,
    DeviceAttributes,
}

/// <summary>
/// The expression of an EnOS device search, e.g. <c>productKey = "a" and not exists(deviceTags.site)</c>.
/// </summary>
/// <remarks>
/// Source: EnOS Connection API 2.1 and 2.4, "Search Device". Ours where it is silent: <c>not</c> before anything,
/// a quote within quotes is written twice, and a device without a tag is one that has <c>!=</c> any value of it.
/// </remarks>
public static class DeviceExpression
{
    /// <summary>The literal of the contract; <c>disabled</c> is what the status is called elsewhere.</summary>
    private static readonly Dictionary<string, DeviceStatus?> s_statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["inactive"] = DeviceStatus.Inactive,
        ["online"] = DeviceStatus.Online,
        ["offline"] = DeviceStatus.Offline,
        ["disable"] = DeviceStatus.Disabled,
        ["disabled"] = DeviceStatus.Disabled,
        ["mirror"] = null, // no device here mirrors another
    };

    private static readonly ExpressionParser<DeviceFilterField> s_parser = new(
        new("assetId", DeviceFilterField.AssetId, Equal | In),
        new("deviceKey", DeviceFilterField.DeviceKey, Equal | In),
        new("productKey", DeviceFilterField.ProductKey, Equal | In),
        new("productType", DeviceFilterField.ProductType, Equal) { Words = ["Device", "Gateway"] },
        new("modelId", DeviceFilterField.ModelId, Equal | NotEqual | In),
        new("firmwareVersion", DeviceFilterField.FirmwareVersion, Equal | In),
        new("deviceName", DeviceFilterField.DeviceName, Like) { IsMember = NameLanguages.IsLanguage, Example = "deviceName[.default|.zh_CN|.en_US]" },
        new("status", DeviceFilterField.Status, Equal | In) { Words = [.. s_statuses.Keys] },
        new("deviceTags", DeviceFilterField.DeviceTags, Equal | NotEqual | In | Exists) { NeedsMember = true, IsMember = IsName, Example = "deviceTags.<key>" },
        new("deviceAttributes", DeviceFilterField.DeviceAttributes, Equal | In | Exists)
        {
            NeedsMember = true,
            IsMember = IsName,
            Example = "deviceAttributes.<identifier>",
            TakesNumbers = true,
        });

    /// <returns>What devices must fulfil, or <see cref="ExpressionInvalid"/>.</returns>
    public static Result<Filter<DeviceFilterField>> Parse(string expression) => s_parser.Parse(expression);

    /// <summary>The statuses that a comparison asks for.</summary>
    internal static IReadOnlyList<DeviceStatus> StatusesOf(Filter<DeviceFilterField>.Comparison comparison) =>
        [.. comparison.Values.Select(value => s_statuses[value]).OfType<DeviceStatus>().Distinct()];

    private static bool IsName(string member) => member.Length is > 0 and <= ExpressionParser<DeviceFilterField>.MaxValueLength && !member.Any(char.IsControl);
}
