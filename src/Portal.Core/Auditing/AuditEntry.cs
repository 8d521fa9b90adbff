namespace Portal.Core.Auditing;

/// <summary>One line of the audit trail. Rows are chained: each hash covers the row and the hash before it.</summary>
public sealed class AuditEntry
{
    /// <summary>From 1, without gaps.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset At { get; init; }

    public required string ActorIssuer { get; init; }

    public required string ActorSubject { get; init; }

    public required string ActorName { get; init; }

    /// <summary>Peer address as the portal saw it; <see langword="null"/> for its own jobs.</summary>
    public string? Address { get; init; }

    /// <summary>See <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary><c>ok</c>, or the name of the error that the caller got.</summary>
    public required string Outcome { get; init; }

    /// <summary>The organization it happened in; <see langword="null"/> when none was named, or none that the caller may see.</summary>
    public long? OrganizationNumber { get; init; }

    public string? AssetId { get; init; }

    public string? OperationId { get; init; }

    /// <summary>JSON object of the facts of this action; never a secret.</summary>
    public required string Detail { get; init; }

    /// <summary>SHA-256, 32 bytes, see <see cref="AuditChain"/>.</summary>
    public byte[] Hash { get; internal set; } = [];
}
