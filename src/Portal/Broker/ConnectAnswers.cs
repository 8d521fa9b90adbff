using MQTTnet.Packets;
using MQTTnet.Protocol;
using Portal.Core;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>Answers to CONNECT, in the words of each version.</summary>
internal static class ConnectAnswers
{
    /// <summary>Publishes that a device may have unanswered (MQTT 5 is told so).</summary>
    public const ushort MaxPending = 64;

    /// <param name="keepAliveInSeconds">If other than the device wished.</param>
    public static MqttConnAckPacket Accepted(bool isSessionPresent, int maxBytes, ushort keepAliveInSeconds, uint sessionExpiryInSeconds) => new()
    {
        ReasonCode = MqttConnectReasonCode.Success,
        ReturnCode = MqttConnectReturnCode.ConnectionAccepted,
        IsSessionPresent = isSessionPresent,
        MaximumPacketSize = (uint)maxBytes,
        MaximumQoS = MqttQualityOfServiceLevel.ExactlyOnce,
        ReceiveMaximum = MaxPending,
        ServerKeepAlive = keepAliveInSeconds,
        SessionExpiryInterval = sessionExpiryInSeconds,
        RetainAvailable = false,
        WildcardSubscriptionAvailable = true,
        SubscriptionIdentifiersAvailable = false,
        SharedSubscriptionAvailable = false,
    };

    /// <summary>Why is not told but by the code: who may not sign in learns nothing about what exists.</summary>
    public static MqttConnAckPacket Refused(Error error) => (error as DeviceRefused)?.Code switch
    {
        ConnectionCodes.TooManyConnects => Refused(MqttConnectReasonCode.ConnectionRateExceeded, MqttConnectReturnCode.ConnectionRefusedServerUnavailable),
        ConnectionCodes.Unavailable or null => Refused(MqttConnectReasonCode.ServerUnavailable, MqttConnectReturnCode.ConnectionRefusedServerUnavailable),
        _ => Refused(MqttConnectReasonCode.NotAuthorized, MqttConnectReturnCode.ConnectionRefusedNotAuthorized),
    };

    public static MqttConnAckPacket Refused(MqttConnectReasonCode reason, MqttConnectReturnCode code) => new()
    {
        ReasonCode = reason,
        ReturnCode = code,
        MaximumQoS = MqttQualityOfServiceLevel.ExactlyOnce,
        RetainAvailable = true,
        WildcardSubscriptionAvailable = true,
        SubscriptionIdentifiersAvailable = true,
        SharedSubscriptionAvailable = true,
    };
}
