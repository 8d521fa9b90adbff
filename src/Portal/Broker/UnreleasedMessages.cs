using MQTTnet.Protocol;

namespace Portal.Broker;

/// <summary>The identifiers of messages "exactly once" that were taken, until the device lets go of them (MQTT 5, 4.3.3).</summary>
internal sealed class UnreleasedMessages
{
    /// <summary>More than a device that reads its answers can have on their way.</summary>
    private const int Max = 1024;

    private HashSet<ushort>? _taken;

    /// <returns>Whether it is a new one, and no repetition of one that was taken.</returns>
    public bool Take(ushort identifier)
    {
        lock (this)
        {
            _taken ??= []; // most devices never send one
            if (_taken.Count >= Max && !_taken.Contains(identifier))
            {
                throw new PacketRefusedException(MqttDisconnectReasonCode.ReceiveMaximumExceeded, "it lets go of nothing that was taken");
            }

            return _taken.Add(identifier);
        }
    }

    /// <summary>The device has the answer, or the message was not taken after all: the identifier is free.</summary>
    public void Release(ushort identifier)
    {
        lock (this)
        {
            _taken?.Remove(identifier);
        }
    }
}
