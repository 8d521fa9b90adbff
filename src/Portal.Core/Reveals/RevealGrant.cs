using Portal.Core.Access;

namespace Portal.Core.Reveals;

public enum RevealState
{
    Open = 0,
    Closed = 1,
}

/// <summary>Why a grant ended; it never opens again.</summary>
public enum RevealCloseReason
{
    Acknowledged = 1,
    Expired = 2,
    Exhausted = 3,
    Activated = 4,
    Superseded = 5,
    Revoked = 6,
}

/// <summary>Whose secret a grant shows.</summary>
public enum RevealSubject
{
    /// <summary>A device secret.</summary>
    Device = 0,

    /// <summary>The secret key of an application.</summary>
    Application = 1,

    /// <summary>The secret of a product.</summary>
    Product = 2,
}

/// <summary>One person's right to see one generation of one secret, a few times, for a short while.</summary>
public sealed class RevealGrant
{
    public Guid Id { get; init; }

    public RevealSubject Subject { get; init; }

    /// <summary>The device; 0 when the secret is an application's or a product's. What is not its owner's among the keys below is empty then.</summary>
    public long DeviceId { get; init; }

    public long OrganizationNumber { get; init; }

    public required string AssetId { get; init; }

    public required string ProductKey { get; init; }

    public required string DeviceKey { get; init; }

    /// <summary>The application, when the secret is one's.</summary>
    public long? ApplicationId { get; init; }

    public string? AccessKey { get; init; }

    public string? ApplicationName { get; init; }

    /// <summary>The generation of the secret that may be seen, no other.</summary>
    public int CredentialVersion { get; init; }

    /// <summary>The replacement or re-issue that made it; <see langword="null"/> when the device was created, or for an application.</summary>
    public long? ReplacementId { get; internal set; }

    public required string OwnerIssuer { get; init; }

    public required string OwnerSubject { get; init; }

    public RevealState State { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public int Displays { get; private set; }

    public DateTimeOffset? LastDisplayAt { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public RevealCloseReason? CloseReason { get; private set; }

    /// <summary>Who may make such a secret may see one.</summary>
    public Right RightNeeded => Subject switch
    {
        RevealSubject.Application => Right.ManageApplications,
        RevealSubject.Product => Right.ManageDevices,
        _ => Right.Replace,
    };

    /// <summary>What audit entries and events call its owner's asset; an application has none.</summary>
    internal string? AuditedAssetId => Subject == RevealSubject.Device ? AssetId : null;

    public bool IsOwnedBy(Actor actor) => OwnerIssuer == actor.Issuer && OwnerSubject == actor.Subject;

    internal void CountDisplay(DateTimeOffset now)
    {
        Displays++;
        LastDisplayAt = now;
    }

    internal void Close(RevealCloseReason reason, DateTimeOffset now)
    {
        State = RevealState.Closed;
        CloseReason = reason;
        ClosedAt = now;
    }
}
