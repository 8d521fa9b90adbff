namespace Portal.Core.Connections;

public enum ConnectionKind
{
    SignedIn = 0,
    Refused = 1,
    SignedOut = 2,

    /// <summary>The first sign-in of this hardware.</summary>
    Activated = 3,
}

/// <summary>Who it was that tried to sign in as an asset, as far as it can be told.</summary>
public enum KnockedBy
{
    /// <summary>It named the asset's present device key.</summary>
    Present = 0,

    /// <summary>It named a key that this asset had before: the old unit is still powered.</summary>
    OldUnit = 1,

    /// <summary>It named the asset's present key, but is the unit of another asset by what it calls itself.</summary>
    OtherUnit = 2,

    /// <summary>It named the asset's present key, by a way of signing in that is not taken: whether it has the secret, nobody knows.</summary>
    WrongWay = 3,
}

/// <summary>A line in the connection log of an asset. Equal refusals are one line with a count.</summary>
public sealed class ConnectionLine
{
    public long Id { get; init; }

    public long DeviceId { get; init; }

    public long OrganizationNumber { get; init; }

    public ConnectionKind Kind { get; init; }

    /// <summary>One of <see cref="ConnectionCodes"/>.</summary>
    public int Code { get; init; }

    /// <summary>The key that it named.</summary>
    public required string DeviceKey { get; init; }

    public KnockedBy By { get; init; }

    /// <summary>Only for <see cref="KnockedBy.OtherUnit"/>: the asset that the unit belongs to.</summary>
    public string? OtherAssetId { get; init; }

    /// <summary>Why it left: of <see cref="ConnectionKind.SignedOut"/>, and of a sign-in that was over at once.</summary>
    public SignOutReason? SignOutReason { get; set; }

    public string? Address { get; init; }

    public DateTimeOffset FirstAt { get; init; }

    /// <summary>The latest refusal; of a sign-in that was over at once, when it was.</summary>
    public DateTimeOffset At { get; set; }

    public int Count { get; set; } = 1;

    /// <summary>That a device is gone which did not say so itself.</summary>
    public static ConnectionLine SignedOut(long deviceId, long organizationNumber, string deviceKey, SignOutReason reason, DateTimeOffset at) => new()
    {
        DeviceId = deviceId,
        OrganizationNumber = organizationNumber,
        Kind = ConnectionKind.SignedOut,
        Code = ConnectionCodes.Ok,
        DeviceKey = deviceKey,
        SignOutReason = reason,
        FirstAt = at,
        At = at,
    };
}

/// <summary>A device that is signed in to the portal's own broker, so that a process that starts knows whom the one before it left behind.</summary>
public sealed class OnlineDevice
{
    public long DeviceId { get; init; }

    public int CredentialVersion { get; init; }
}
