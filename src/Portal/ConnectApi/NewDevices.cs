using System.Text.Json;
using Portal.Core.Applications;
using Portal.Core.Devices;

namespace Portal.ConnectApi;

/// <summary>Reads a device that is to be created.</summary>
internal static class NewDevices
{
    public static CreateDeviceRequest Read(string organizationId, JsonElement device, SecretDelivery delivery, string? operationId)
    {
        var name = ConnectName.Read(device.Find("deviceName"))!;
        return new CreateDeviceRequest(
            organizationId, device.Text("productKey")!, name.Default, device.Text("timezone")!, DeviceKey: device.Text("deviceKey"),
            NameZh: name.Zh, Description: device.Text("deviceDesc"), Delivery: delivery, OperationId: operationId)
        {
            NameEn = name.En,
            Attributes = device.Find("deviceAttributes")?.GetRawText(),
            Tags = device.Texts("deviceTags"),
        };
    }
}
