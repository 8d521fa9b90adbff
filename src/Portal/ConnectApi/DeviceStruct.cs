using System.Text.Json;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;

namespace Portal.ConnectApi;

/// <summary>A device as <c>get</c> and <c>search</c> answer it (contract 2.2): times in milliseconds, 0 for never, null for what the portal does not keep.</summary>
internal static class DeviceStruct
{
    public const string Secret = "deviceSecret";
    public const string SessionKey = "sessionKey";

    private static readonly string[] s_notKept = ["measurepointLastUpdate", "eventLastUpdate", "attributeLastUpdate", "featureLastUpdate"];

    /// <param name="secret">Writes the members of its secret, where it is told.</param>
    /// <param name="projection">The members that are wanted; nothing when all are.</param>
    public static void Write(Utf8JsonWriter json, DeviceRecord device, Action<ProjectedWriter>? secret = null, HashSet<string>? projection = null)
    {
        var fields = new ProjectedWriter(json, projection);
        json.WriteStartObject();
        fields.Text("orgId", device.OrganizationId);
        fields.Text("assetId", device.AssetId);
        fields.Text("modelId", device.ModelId);
        fields.Text("modelIdPath", $"/{device.ModelId}");
        fields.Text("productKey", device.ProductKey);
        fields.Name("productName", device.ProductName, device.ProductNameZh, device.ProductNameEn);
        fields.Text("productType", device.ProductType.ToString());
        fields.Text("dataFormat", ProductStruct.DataFormat);
        fields.Text("deviceKey", device.DeviceKey);
        fields.Name("deviceName", device.Name, device.NameZh, device.NameEn);
        secret?.Invoke(fields);

        fields.Text("deviceDesc", device.Description);
        fields.Text("timezone", device.TimeZone);
        fields.Raw("deviceAttributes", device.Attributes ?? "{}");
        fields.Raw("deviceTags", device.Tags ?? "{}");
        fields.Text("firmwareVersion", null);
        fields.Time("createTime", device.CreatedAt);
        fields.Text("status", StatusOf(device.Status));
        fields.Time("activeTime", device.ActivatedAt);
        fields.Time("lastOnlineTime", device.LastOnlineAt);
        fields.Time("lastOfflineTime", device.LastOfflineAt);
        foreach (var name in s_notKept)
        {
            fields.Text(name, null);
        }

        json.WriteEndObject();
    }

    /// <summary>Whether a secret, or what opens it, is among the members that are wanted.</summary>
    public static bool HasSecret(HashSet<string>? projection) => projection is null || projection.Contains(Secret) || projection.Contains(SessionKey);

    private static string StatusOf(DeviceStatus status) => status switch
    {
        DeviceStatus.Online => "online",
        DeviceStatus.Offline => "offline",
        DeviceStatus.Disabled => "disabled",
        _ => "inactive",
    };
}
