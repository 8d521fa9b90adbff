using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Formatter.V3;
using MQTTnet.Formatter.V5;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Portal.Broker;

/// <summary>What came is not MQTT, or more than may come: the connection ends.</summary>
internal sealed class PacketRefusedException(MqttDisconnectReasonCode reason, string what, byte? connectCode = null) : Exception(what)
{
    public MqttDisconnectReasonCode Reason => reason;

    /// <summary>What versions up to 3.1.1 answer to such a CONNECT; nothing where they only close.</summary>
    public byte? ConnectCode => connectCode;
}

/// <summary>
/// MQTT packets over a connection. The length of a packet is looked at before it is waited for, so that nobody makes the
/// portal keep more than it takes; packets are written by one at a time, and never to somebody who does not read.
/// </summary>
internal sealed class PacketStream(PipeReader input, PipeWriter output, Action abort)
{
    /// <summary>Before a device is known: its names, the digest and a will.</summary>
    internal const int MaxConnectBytes = 16 * 1024;

    private const int MaxLengthBytes = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>As versions up to 3.1.1 have them.</summary>
    private const byte UnacceptableVersion = 1;
    private const byte IdentifierRejected = 2;

    private readonly Lock _lock = new();
    private Task<bool> _last = Task.FromResult(true);

    /// <summary>Set by the first packet.</summary>
    public MqttProtocolVersion Version { get; private set; }

    public bool IsVersion5 => Version == MqttProtocolVersion.V500;

    /// <summary>Longest packet taken, without its first bytes.</summary>
    public int MaxBytes { get; set; } = MaxConnectBytes;

    /// <summary>The next packet.</summary>
    /// <returns>Nothing when the other side is gone or <see cref="StopReading"/> was called.</returns>
    /// <exception cref="PacketRefusedException">It is malformed or too long.</exception>
    public async ValueTask<MqttPacket?> ReadAsync()
    {
        while (true)
        {
            var result = await input.ReadAsync();
            if (result.IsCanceled)
            {
                return null;
            }

            var buffer = result.Buffer;
            var isWhole = TryRead(ref buffer, out var header, out var body);
            var packet = isWhole ? Decode(header, body) : null;
            input.AdvanceTo(buffer.Start, isWhole ? buffer.Start : buffer.End);
            if (packet is not null || result.IsCompleted)
            {
                return packet;
            }
        }
    }

    /// <summary>Whoever waits for a packet waits no longer.</summary>
    public void StopReading() => input.CancelPendingRead();

    /// <summary>Sends a packet, or two as one.</summary>
    /// <returns>Whether they are on their way.</returns>
    public Task<bool> WriteAsync(MqttPacket packet, MqttPacket? next = null) =>
        WriteAsync(next is null ? Encode(packet) : [.. Encode(packet), .. Encode(next)]);

    /// <summary>To somebody whose CONNECT is none that we know.</summary>
    /// <param name="code">As versions up to 3.1.1 have it.</param>
    public Task<bool> RefuseConnectAsync(byte code) => WriteAsync([0x20, 0x02, 0x00, code]);

    private Task<bool> WriteAsync(byte[] bytes)
    {
        lock (_lock)
        {
            return _last = WriteAfterAsync(_last, bytes);
        }
    }

    /// <param name="before">Never fails.</param>
    /// <param name="bytes">Wiped once they are on their way: they may hold a secret.</param>
    private async Task<bool> WriteAfterAsync(Task<bool> before, byte[] bytes)
    {
        if (!await before)
        {
            return false;
        }

        try
        {
            output.Write(bytes);
            CryptographicOperations.ZeroMemory(bytes);
            var flush = output.FlushAsync();
            return !(flush.IsCompletedSuccessfully ? flush.Result : await flush.AsTask().WaitAsync(s_patience)).IsCompleted;
        }
        catch (Exception)
        {
            // Gone, or it does not read: in either case it is told nothing more.
            abort();
            return false;
        }
    }

    private bool TryRead(ref ReadOnlySequence<byte> buffer, out byte header, out ReadOnlySequence<byte> body)
    {
        body = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out header))
        {
            return false;
        }

        CheckHeader(header);
        int length = 0, shift = 0;
        byte part;
        do
        {
            if (shift == MaxLengthBytes * 7)
            {
                throw new PacketRefusedException(MqttDisconnectReasonCode.MalformedPacket, "its length has no end");
            }

            if (!reader.TryRead(out part))
            {
                return false;
            }

            length |= (part & 0x7F) << shift;
            shift += 7;
        }
        while (part > 0x7F);

        if (length > MaxBytes)
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.PacketTooLarge, "it is too long");
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        body = buffer.Slice(reader.Position, length);
        buffer = buffer.Slice(body.End);
        return true;
    }

    private void CheckHeader(byte header)
    {
        var type = (MqttControlPacketType)(header >> 4);
        var flags = header & 0x0F;
        var isProper = type switch
        {
            MqttControlPacketType.Publish => (flags & 0x06) != 0x06,
            MqttControlPacketType.PubRel or MqttControlPacketType.Subscribe or MqttControlPacketType.Unsubscribe => flags == 0x02,
            _ => flags == 0 && type != 0,
        };
        if (!isProper || (Version == MqttProtocolVersion.Unknown) != (type == MqttControlPacketType.Connect))
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.ProtocolError, "it is no packet, or not the one to come now");
        }
    }

    private MqttPacket Decode(byte header, ReadOnlySequence<byte> body)
    {
        if (Version == MqttProtocolVersion.Unknown)
        {
            Version = VersionOf(body);
            CheckConnect(body);
        }

        var bytes = body.IsSingleSegment && MemoryMarshal.TryGetArray(body.First, out var segment) ? segment : new ArraySegment<byte>(body.ToArray());
        try
        {
            return Codec.Of(Version).Decode(new ReceivedMqttPacket(header, bytes, bytes.Count + MaxLengthBytes));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The library says it in several ways: all of them mean that the packet cannot be read.
            Codec.Forget(Version);
            throw new PacketRefusedException(MqttDisconnectReasonCode.MalformedPacket, exception.Message);
        }
    }

    private static MqttProtocolVersion VersionOf(ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        return reader.IsNext([0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T'], advancePast: true) && reader.TryRead(out var level)
            ? level switch
            {
                4 => MqttProtocolVersion.V311,
                5 => MqttProtocolVersion.V500,
                _ => throw new PacketRefusedException(MqttDisconnectReasonCode.ImplementationSpecificError, "its version is not known", UnacceptableVersion),
            }
            : reader.IsNext([0, 6, (byte)'M', (byte)'Q', (byte)'I', (byte)'s', (byte)'d', (byte)'p', 3])
                ? MqttProtocolVersion.V310
                : throw new PacketRefusedException(MqttDisconnectReasonCode.MalformedPacket, "it is another protocol");
    }

    /// <summary>What the library passes over: flags that cannot be, and no client ID where one is needed (MQTT 3.1.1, 3.1.2.3 and 3.1.3.1).</summary>
    private void CheckConnect(ReadOnlySequence<byte> body)
    {
        const int CleanSession = 0x02, Will = 0x04, WillQoS = 0x18, WillRetain = 0x20, Password = 0x40, UserName = 0x80;
        var reader = new SequenceReader<byte>(body);
        reader.TryReadBigEndian(out short name);
        reader.Advance(name + 1);
        if (!reader.TryRead(out var flags)
            || (flags & 0x01) != 0 || ((flags & Will) == 0 && (flags & (WillQoS | WillRetain)) != 0)
            || (!IsVersion5 && (flags & (UserName | Password)) == Password))
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.MalformedPacket, "its flags cannot be");
        }

        if (!IsVersion5 && (flags & CleanSession) == 0 && reader.TryReadBigEndian(out short _) && reader.TryReadBigEndian(out short clientId) && clientId == 0)
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.ProtocolError, "it has no client ID", IdentifierRejected);
        }
    }

    private byte[] Encode(MqttPacket packet)
    {
        try
        {
            return Codec.Of(Version).Encode(packet).ToArray();
        }
        catch
        {
            Codec.Forget(Version);
            throw;
        }
    }

    /// <summary>Reading and writing keep nothing between packets: a thread's own serves every connection, and an idle one costs none.</summary>
    private static class Codec
    {
        private const int BufferSize = 1024;
        private const int MaxBufferSize = 64 * 1024;

        [ThreadStatic]
        private static IMqttPacketFormatter?[]? s_formatters;

        public static IMqttPacketFormatter Of(MqttProtocolVersion version)
        {
            s_formatters ??= new IMqttPacketFormatter?[(int)MqttProtocolVersion.V500 + 1];
            return s_formatters[(int)version] ??= version == MqttProtocolVersion.V500
                ? new MqttV5PacketFormatter(new MqttBufferWriter(BufferSize, MaxBufferSize))
                : new MqttV3PacketFormatter(new MqttBufferWriter(BufferSize, MaxBufferSize), version);
        }

        public static void Forget(MqttProtocolVersion version) => s_formatters?[(int)version] = null;
    }
}
