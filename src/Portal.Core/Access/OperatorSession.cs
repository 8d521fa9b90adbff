namespace Portal.Core.Access;

/// <summary>One sign-in of a person. Every command and query looks at this row.</summary>
public sealed class OperatorSession
{
    /// <summary>Random, unguessable; known to the server and, sealed in the cookie, to the browser.</summary>
    public required string Id { get; init; }

    public long AccountId { get; init; }

    public Account? Account { get; init; }

    /// <summary>The identity provider's session ("sid"), for back-channel sign-out.</summary>
    public string? ProviderSessionId { get; init; }

    public string? Address { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public string? EndReason { get; set; }
}
