using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench.Measuring;

/// <summary>What a device signs in with.</summary>
internal sealed record MqttLogin(string ClientId, string UserName, string Password)
{
    private const byte CleanSessionWithUserAndPassword = 0b1100_0010;

    /// <summary>The CONNECT packet, MQTT 3.1.1.</summary>
    public byte[] ToConnect(ushort keepAliveInSeconds = 60) => MqttSocket.Packet(
        MqttSocket.Connect,
        [.. MqttSocket.Text("MQTT"), 4, CleanSessionWithUserAndPassword, (byte)(keepAliveInSeconds >> 8), (byte)keepAliveInSeconds,
            .. MqttSocket.Text(ClientId), .. MqttSocket.Text(UserName), .. MqttSocket.Text(Password)]);
}

/// <summary>
/// A device's end of an MQTT 3.1.1 connection: a bare socket, read and written by the thread that calls. The load shares the
/// processors with the servers it is for, and a blocking call costs it half of what an awaited one does.
/// </summary>
internal sealed class MqttSocket : IDisposable
{
    public const byte Connect = 0x10;
    public const byte Accepted = 0;
    private const byte ConnectAcknowledged = 0x20;
    private const byte PublishedAcknowledged = 0x40;
    private const byte PublishAtLeastOnce = 0x32;
    private const byte Subscribe = 0x82;
    private const byte SubscribeAcknowledged = 0x90;
    private const byte PingAnswered = 0xD0;
    private static readonly byte[] s_ping = [0xC0, 0];
    private static readonly byte[] s_disconnect = [0xE0, 0];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer;
    private int _from;
    private int _to;

    /// <param name="bufferSize">Of what arrives; no packet that is read may be longer.</param>
    public MqttSocket(IPEndPoint server, int bufferSize = 64)
    {
        _buffer = new byte[bufferSize];
        try
        {
            _socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
            _socket.Connect(server);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends CONNECT and waits for the CONNACK; its return code.</summary>
    public byte SignIn(byte[] connect)
    {
        _socket.Send(connect);
        return Read(ConnectAcknowledged)[1];
    }

    public void SignOut()
    {
        _socket.Send(s_disconnect);
        _socket.Shutdown(SocketShutdown.Both);
    }

    public void Ping() => _socket.Send(s_ping);

    /// <summary>Whether the server is still there for the ping that was sent.</summary>
    public bool IsAnswered()
    {
        try
        {
            Read(PingAnswered);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }

    public void SubscribeTo(string topic)
    {
        _socket.Send(Packet(Subscribe, [0, 1, .. Text(topic), 1]));
        Read(SubscribeAcknowledged);
    }

    /// <summary>Publishes at least once and waits for the server's word and for its answer on the topic that is subscribed.</summary>
    /// <returns>What was answered: topic and payload.</returns>
    public string Ask(string topic, string payload, ushort packetId)
    {
        _socket.Send(Packet(PublishAtLeastOnce, [.. Text(topic), (byte)(packetId >> 8), (byte)packetId, .. Encoding.UTF8.GetBytes(payload)]));
        string? answer = null;
        for (var acknowledged = false; answer is null || !acknowledged;)
        {
            var body = ReadAny(out var kind);
            switch (kind & 0xF0)
            {
                case PublishedAcknowledged:
                    acknowledged = true;
                    break;
                case 0x30:
                    answer = Encoding.UTF8.GetString(body);
                    Acknowledge(kind, body);
                    break;
            }
        }

        return answer;
    }

    public void Dispose() => _socket.Dispose();

    public static byte[] Text(string text)
    {
        var bytes = new byte[2 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Encoding.UTF8.GetBytes(text, bytes.AsSpan(2)));
        return bytes;
    }

    public static byte[] Packet(byte kind, byte[] body)
    {
        var head = new List<byte>(5) { kind };
        for (var rest = body.Length; rest > 0 || head.Count == 1; rest /= 128)
        {
            head.Add((byte)((rest % 128) | (rest >= 128 ? 128 : 0)));
        }

        return [.. head, .. body];
    }

    private void Acknowledge(byte kind, ReadOnlySpan<byte> body)
    {
        if ((kind & 0b0110) != 0)
        {
            var packetId = body[(2 + BinaryPrimitives.ReadUInt16BigEndian(body))..];
            _socket.Send([PublishedAcknowledged, 2, packetId[0], packetId[1]]);
        }
    }

    private ReadOnlySpan<byte> Read(byte expected)
    {
        var body = ReadAny(out var kind);
        return kind == expected ? body : throw new IOException($"The server sent a packet of kind {kind:X2} where {expected:X2} was due.");
    }

    private ReadOnlySpan<byte> ReadAny(out byte kind)
    {
        Fill(2);
        kind = _buffer[_from++];
        int length = 0, shift = 0;
        byte part;
        do
        {
            Fill(1);
            part = _buffer[_from++];
            length |= (part & 127) << shift;
            shift += 7;
        }
        while ((part & 128) != 0);
        Fill(length);
        _from += length;
        return _buffer.AsSpan(_from - length, length);
    }

    private void Fill(int size)
    {
        if (_from + size > _buffer.Length)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        while (_to - _from < size)
        {
            var received = _socket.Receive(_buffer, _to, _buffer.Length - _to, SocketFlags.None);
            _to += received > 0 ? received : throw new IOException("The server closed the connection.");
        }
    }
}
