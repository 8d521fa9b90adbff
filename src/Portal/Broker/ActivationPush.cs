using System.Buffers;
using System.Text.Json;
using MQTTnet.Packets;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>
/// Hands a device the secret that its activation brought. It is sent although the device did not subscribe: vendors'
/// clients never do (contract.md 6.2).
/// </summary>
internal static class ActivationPush
{
    private const int EnoughForAll = 4096;

    /// <summary>Sends it, and wipes it from here whether or not it arrived.</summary>
    public static async Task SendAsync(DeviceSession session, PacketStream packets)
    {
        using var secret = session.IssuedSecret!;
        var buffer = new ArrayBufferWriter<byte>(EnoughForAll); // never grown, so that no copy is left behind
        try
        {
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
                Payload = new ReadOnlySequence<byte>(buffer.WrittenMemory),
            });
        }
        finally
        {
            buffer.Clear();
        }
    }
}
