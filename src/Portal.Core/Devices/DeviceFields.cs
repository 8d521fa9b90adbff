using System.Text.RegularExpressions;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>What the fields of a device may hold; forms, imports and the API ask here.</summary>
public static partial class DeviceFields
{
    public static Error? Check(CreateDeviceRequest request) =>
        request.DeviceKey is not null && DeviceKey.Check(request.DeviceKey) is not DeviceKeyFault.None and var fault
            ? new DeviceKeyInvalid(request.DeviceKey, fault)
            : CheckAssetId(request.AssetId) ?? CheckTimeZone(request.TimeZone) ?? Check(request.Name, request.NameZh, request.Description)
                ?? FieldText.Check("nameEn", request.NameEn, ColumnLengths.DeviceName) ?? DeviceAttributes.Check(request.Attributes) ?? DeviceTags.Check(request.Tags);

    public static FieldInvalid? Check(string? name, string? nameZh, string? description) =>
        string.IsNullOrWhiteSpace(name) ? new FieldInvalid("name", "a name is needed")
        : FieldText.Check("name", name, ColumnLengths.DeviceName)
        ?? FieldText.Check("nameZh", nameZh, ColumnLengths.DeviceName)
        ?? FieldText.Check("description", description, ColumnLengths.Description);

    /// <summary>1 to 64 letters, digits, hyphens, underscores, full stops; left out: the portal makes one.</summary>
    public static FieldInvalid? CheckAssetId(string? assetId) =>
        assetId is null || AssetIdPattern().IsMatch(assetId)
            ? null
            : new FieldInvalid("assetId", "1 to 64 letters, digits, hyphens, underscores or full stops");

    public static FieldInvalid? CheckTimeZone(string? timeZone) =>
        timeZone is not null && TimeZonePattern().IsMatch(timeZone) ? null : new FieldInvalid("timezone", "an offset such as +08:00");

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AssetIdPattern();

    [GeneratedRegex(@"^[+-](0[0-9]|1[0-4]):[0-5][0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeZonePattern();
}
