using Portal.Core;

namespace Portal.ConnectApi;

/// <summary>
/// Holds the parameters of an address against what the action takes. An unknown one is refused: signatures join names
/// and values without separators, so an ignored parameter could be a piece of another.
/// </summary>
internal static class QueryArguments
{
    private const string AssetId = "assetId";
    private const string ProductKey = "productKey";
    private const string DeviceKey = "deviceKey";

    /// <summary>The parameter that was sent more than once, if any.</summary>
    public static ArgumentInvalid? FindDoubled(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var doubled = pairs.FirstOrDefault(pair => !names.Add(pair.Key));
        return doubled.Key is null ? null : Fault(doubled.Key, "is there more than once");
    }

    /// <returns>The parameters by name, without empty texts; or <see cref="ArgumentInvalid"/>.</returns>
    public static Result<Dictionary<string, string>> Read(ConnectAction action, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            if (!IsKnown(action, name))
            {
                return Fault(name, $"{action.Name} takes no such parameter");
            }

            if (value.Length > 0 || action.Parameters.Any(parameter => parameter.Name == name && parameter.Shape.Kind == ShapeKind.Boolean))
            {
                values.Add(name, value);
            }
        }

        if (!values.ContainsKey(ConnectActions.OrganizationParameter))
        {
            return Fault(ConnectActions.OrganizationParameter, "orgId is missing");
        }

        return (CheckParameters(action, values) ?? (action.TakesSelector ? CheckSelector(values) : null)) is { } fault ? fault : values;
    }

    private static bool IsKnown(ConnectAction action, string name) =>
        name is ConnectActions.ActionParameter or ConnectActions.OrganizationParameter
        || (action.TakesSelector && name is AssetId or ProductKey or DeviceKey)
        || action.Parameters.Any(parameter => parameter.Name == name);

    private static ArgumentInvalid? CheckParameters(ConnectAction action, Dictionary<string, string> values)
    {
        foreach (var parameter in action.Parameters)
        {
            var value = values.GetValueOrDefault(parameter.Name);
            if (value is null && parameter.IsRequired)
            {
                return Fault(parameter.Name, $"{parameter.Name} is missing");
            }

            if (value is not null && parameter.Shape.Kind == ShapeKind.Boolean && value is not ("true" or "false"))
            {
                return Fault(parameter.Name, $"must be {parameter.Shape.Words}");
            }
        }

        return null;
    }

    private static ArgumentInvalid? CheckSelector(Dictionary<string, string> values)
    {
        var (hasAsset, hasProduct, hasDevice) = (values.ContainsKey(AssetId), values.ContainsKey(ProductKey), values.ContainsKey(DeviceKey));
        return (hasAsset, hasProduct, hasDevice) switch
        {
            (true, false, false) or (false, true, true) => null,
            (true, _, _) => Fault(AssetId, "give either assetId, or productKey and deviceKey"),
            (_, true, _) => Fault(DeviceKey, "deviceKey is missing"),
            (_, _, true) => Fault(ProductKey, "productKey is missing"),
            _ => Fault(AssetId, "assetId, or productKey and deviceKey, is missing"),
        };
    }

    private static ArgumentInvalid Fault(string name, string reason) => new(StrictJson.Printable(name), reason);
}
