using System.Buffers;
using System.Text.Json;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>Writes replies: <c>{"id", "code", "message", "data"}</c>, the id as the text that the request had.</summary>
internal static class DeviceReply
{
    public static byte[] Ok(string id) => Write(id, ReplyCodes.Ok, null, null);

    /// <param name="code">One of <see cref="ReplyCodes"/>.</param>
    public static byte[] Refused(string id, int code, string reason) => Write(id, code, reason, null);

    /// <summary>To <c>combine/login</c> and <c>combine/logout</c>.</summary>
    public static byte[] About(string id, int code, string message, string productKey, string deviceKey, string? assetId) => Write(id, code, message, json =>
    {
        if (assetId is not null)
        {
            json.WriteString("assetId", assetId);
        }

        json.WriteString("productKey", productKey);
        json.WriteString("deviceKey", deviceKey);
    });

    /// <summary>To <c>combine/login/batch</c>; the spelling is the contract's.</summary>
    public static byte[] AboutMany(string id, int code, string message, IEnumerable<DeviceSession> signedIn, IEnumerable<SubDeviceLogin> refused) => Write(id, code, message, json =>
    {
        json.WriteStartArray("loginedSubDevices");
        foreach (var device in signedIn)
        {
            json.WriteStartObject();
            json.WriteString("assetId", device.AssetId);
            json.WriteString("productKey", device.ProductKey);
            json.WriteString("deviceKey", device.DeviceKey);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("failedSubDevices");
        foreach (var device in refused)
        {
            json.WriteStartObject();
            json.WriteString("productKey", device.ProductKey);
            json.WriteString("deviceKey", device.DeviceKey);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static byte[] Write(string id, int code, string? message, Action<Utf8JsonWriter>? data)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteNumber("code", code);
            if (message is not null)
            {
                json.WriteString("message", message);
            }

            json.WriteStartObject("data");
            data?.Invoke(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
