using Portal.Core.Access;
using Portal.Core.Organizations;
using Portal.Core.Secrets;

namespace Portal.Core.Applications;

/// <summary>A program that calls the Connection Service: an EnOS service account.</summary>
public sealed class Application
{
    public long Id { get; init; }

    public long OrganizationNumber { get; init; }

    public Organization? Organization { get; init; }

    /// <summary>Names it to the world (EnOS <c>accessKey</c>, <c>appKey</c>): a lower-case UUID, for life.</summary>
    public required string AccessKey { get; init; }

    public required string Name { get; set; }

    public Right Rights { get; set; }

    /// <summary>Whether secrets may be sent to it as they are (V2.1); off unless somebody asks for it.</summary>
    public bool AllowsClearText { get; set; }

    /// <summary>Client ID at the configured identity provider, for callers with an OAuth 2 bearer token.</summary>
    public string? BearerClientId { get; set; }

    /// <summary>Counts changes of this row by people; a command that saw an older one is refused.</summary>
    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedByName { get; init; }

    public DateTimeOffset ChangedAt { get; set; }

    public required string ChangedByName { get; set; }

    /// <summary>Since when nothing it asks for is done; <see langword="null"/> while it may work.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>What the access token in use is made from (<see cref="AccessTokens"/>); alone it gives no token.</summary>
    public byte[]? TokenId { get; set; }

    public DateTimeOffset? TokenExpiresAt { get; set; }

    /// <summary>When it last asked for a token.</summary>
    public DateTimeOffset? LastTokenAt { get; set; }

    public required ApplicationCredential Credential { get; init; }
}
