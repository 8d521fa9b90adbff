using System.Net;
using System.Net.Sockets;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Unit.Broker;

/// <summary>Bytes to and from the broker, by nobody's rules.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly TcpClient _tcp = new() { NoDelay = true };

    public NetworkStream Stream { get; private set; } = null!;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(IPAddress.Loopback, port);
        connection.Stream = connection._tcp.GetStream();
        return connection;
    }

    /// <summary>Signed in by hand.</summary>
    public static async Task<RawConnection> SignInAsync(DeviceWorld world, Hardware hardware, MqttProtocolVersion version = MqttProtocolVersion.V311, ushort keepAlive = 60)
    {
        var connection = await OpenAsync(world.Port);
        await connection.SendAsync(Bytes(version, ConnectOf(hardware, keepAlive)));
        var answer = await connection.ReadPacketAsync();
        Assert.Equal((0x20, 0), (answer[0], answer[3]));
        return connection;
    }

    public static MqttConnectPacket ConnectOf(Hardware hardware, ushort keepAlive = 60) => new()
    {
        CleanSession = true,
        ClientId = $"{hardware.DeviceKey}|securemode=2,signmethod=sha256,timestamp=1|",
        Username = $"{hardware.DeviceKey}&{hardware.ProductKey}",
        Password = Encoding.ASCII.GetBytes(DeviceClient.Sign(hardware, hardware.DeviceKey, "1")),
        KeepAlivePeriod = keepAlive,
        RequestProblemInformation = true,
    };

    public static MqttPublishPacket PublishOf(string topic, string payload, ushort id = 0) => new()
    {
        Topic = topic,
        PayloadSegment = Encoding.UTF8.GetBytes(payload),
        PacketIdentifier = id,
        QualityOfServiceLevel = id == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce,
    };

    public static byte[] Bytes(MqttProtocolVersion version, MqttPacket packet) =>
        MqttPacketFormatterAdapter.GetMqttPacketFormatter(version, new MqttBufferWriter(1024, 1024 * 1024)).Encode(packet).ToArray();

    public async Task SendAsync(params byte[] bytes) => await Stream.WriteAsync(bytes);

    /// <summary>Everything that comes until the other side closes.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        using var all = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(all, limit.Token);
        }
        catch (IOException)
        {
            // cut: what came before counts
        }

        return all.ToArray();
    }

    /// <summary>A packet shorter than 128 bytes.</summary>
    public async Task<byte[]> ReadPacketAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        var head = new byte[2];
        await Stream.ReadExactlyAsync(head, limit.Token);
        var body = new byte[head[1]];
        await Stream.ReadExactlyAsync(body, limit.Token);
        return [.. head, .. body];
    }

    public void Dispose() => _tcp.Dispose();
}
