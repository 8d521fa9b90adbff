namespace Portal.Core.Access;

/// <summary>A person as the identity provider last described them, and whether the portal still lets them in.</summary>
public sealed class Account
{
    public long Id { get; private set; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required string Name { get; set; }

    /// <summary>Values of the role claim at the newest sign-in; they hold for every session of the person.</summary>
    public required string[] RoleValues { get; set; }

    /// <summary>Values of the organization claim at the newest sign-in.</summary>
    public required string[] OrganizationIds { get; set; }

    public DateTimeOffset LastSignInAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }
}
