namespace Portal.Core.Connections;

/// <summary>Codes of the contract's device log (contract.md 4.3), and one of the vendor's clients.</summary>
public static class ConnectionCodes
{
    public const int Ok = 200;
    public const int TooManyConnects = 429;
    public const int Disabled = 723;
    public const int NotBehindThisGateway = 740;
    public const int SignCheckFailed = 742;
    public const int ActivationNotAllowed = 770;
    public const int AlreadyActivated = 771;
    public const int GatewayMayNotBeBehindAnother = 791;

    /// <summary>The portal's own: the database did not take it. Trying again later may help.</summary>
    public const int Unavailable = 500;
}

/// <summary>Why a device may not sign in.</summary>
/// <param name="Code">One of <see cref="ConnectionCodes"/>.</param>
/// <param name="Reason">In words, for the log; a door does not tell it to whoever knocked.</param>
/// <param name="IsWrongWay">It does not sign in by a way that is taken: its secret was not even looked at.</param>
public sealed record DeviceRefused(int Code, string Reason, bool IsWrongWay = false) : Error(Reason);

/// <summary>No device has this key now, or its secret has been replaced since.</summary>
public sealed record DeviceSignInRefused(string ProductKey, string DeviceKey) : Error("No device with this key and secret may sign in.");

/// <summary>Device log code 723.</summary>
public sealed record DeviceIsDisabled(string AssetId) : Error($"The device of asset '{AssetId}' is disabled.");

/// <summary>The gateway through which a device signs in is not signed in itself any more.</summary>
internal sealed record GatewayOver() : Error("The gateway is not signed in any more.");
