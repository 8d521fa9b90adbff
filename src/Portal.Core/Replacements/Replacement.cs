namespace Portal.Core.Replacements;

public enum ReplacementKind
{
    /// <summary>New hardware: new key, new secret.</summary>
    Replacement = 0,

    /// <summary>Same key, new secret.</summary>
    Reissue = 1,
}

public enum ReplacementReason
{
    Broken = 0,
    Upgrade = 1,
    Stolen = 2,
    Other = 3,
}

public enum ReplacementState
{
    AwaitingHardware = 0,

    /// <summary>The new credential signed in.</summary>
    Connected = 1,

    /// <summary>A newer replacement or re-issue came.</summary>
    Superseded = 2,
}

/// <summary>One change of the credential behind an asset: the line in the history of its hardware.</summary>
public sealed class Replacement
{
    public long Id { get; init; }

    public long DeviceId { get; init; }

    public long OrganizationNumber { get; init; }

    public required string AssetId { get; init; }

    public ReplacementKind Kind { get; init; }

    /// <summary>The key that was retired (the same as the new one for a re-issue).</summary>
    public required string OldDeviceKey { get; init; }

    public required string NewDeviceKey { get; init; }

    public long ProductId { get; init; }

    /// <summary>The generation of the secret that it made.</summary>
    public int CredentialVersion { get; init; }

    public ReplacementReason Reason { get; init; }

    public string? Note { get; init; }

    public required string ByIssuer { get; init; }

    public required string BySubject { get; init; }

    public required string ByName { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>When the retired hardware had been put in: the replacement before this one, or the asset's creation.</summary>
    public DateTimeOffset OldDeviceKeySince { get; init; }

    /// <summary>When the retired hardware was last signed in; <see langword="null"/> if never.</summary>
    public DateTimeOffset? OldDeviceLastSeenAt { get; init; }

    public ReplacementState State { get; set; }

    /// <summary>The right to see its secret; <see langword="null"/> when it was made with "do not show the secret".</summary>
    public Guid? RevealGrantId { get; init; }

    /// <summary>The new hardware may fetch its secret itself (EnOS dynamic activation), if its product allows that.</summary>
    public bool AllowsActivation { get; init; }

    public DateTimeOffset? ConnectedAt { get; set; }

    public string? ConnectedFrom { get; set; }

    public DateTimeOffset? SupersededAt { get; set; }
}
