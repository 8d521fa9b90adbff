namespace Portal.Core.Connections;

/// <summary>What a device sends to sign in, as a door received it (MQTT CONNECT, or a broker that asks).</summary>
/// <param name="ClientId"><c>{clientId}|securemode=2,signmethod=sha256,timestamp=...|</c> (contract.md 6.1).</param>
/// <param name="UserName"><c>{deviceKey}&amp;{productKey}</c>: the device is taken from here, whatever the client ID says.</param>
/// <param name="Password">Hexadecimal digest, in either case.</param>
/// <param name="Address">Where it comes from.</param>
public sealed record DeviceConnect(string ClientId, string? UserName, ReadOnlyMemory<byte> Password, string? Address)
{
    /// <summary>Whether the door can hand a device its secret. Where it cannot, an activation would be spent for nothing.</summary>
    public bool MayActivate { get; init; } = true;
}

/// <summary>What a gateway sends to sign in a device behind it (contract.md 6.3, <c>combine/login</c>).</summary>
/// <param name="SignMethod">As in a client ID, e.g. <c>sha256</c> or <c>hmacsha256</c>.</param>
/// <param name="Timestamp">Any text; it is part of what is signed.</param>
/// <param name="Sign">Hexadecimal digest with the sub-device's own secret.</param>
public sealed record SubDeviceLogin(string ClientId, string ProductKey, string DeviceKey, string SignMethod, string Timestamp, string Sign);
