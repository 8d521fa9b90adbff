using System.Buffers;
using System.Text.Json;
using MQTTnet.Packets;
using Portal.Core.Connections;
using Portal.Security;

namespace Portal.Broker;

/// <summary>
/// Hands a device the secret that its activation brought. It is sent although the device did not subscribe: vendors'
/// clients never do (contract.md 6.2).
/// </summary>
internal static class ActivationPush
{
    /// <summary>Sends it, and wipes it from here whether or not it arrived.</summary>
    public static async Task SendAsync(DeviceSession session, PacketStream packets)
    {
        using var secret = session.IssuedSecret!;
        using var buffer = new WipedBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", "1");
            json.WriteString("version", "1.0");
            json.WriteString("method", "thing.activate.info");
            json.WriteStartObject("params");
            json.WriteString("assetId", session.AssetId);
            json.WriteString("productKey", session.ProductKey);
            json.WriteString("deviceKey", session.DeviceKey);
            json.WriteString("deviceSecret", secret.Reveal().Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        await packets.WriteAsync(new MqttPublishPacket
        {
            Topic = new DeviceTopic(IsSession: true, session.ProductKey, session.DeviceKey, DeviceTopic.Activation).ToString(),
            Payload = new ReadOnlySequence<byte>(buffer.Written),
        });
    }
}
