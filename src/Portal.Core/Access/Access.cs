namespace Portal.Core.Access;

/// <summary>An organization the caller may work in.</summary>
/// <param name="Number">Internal number; the upper part of each of its devices' row numbers.</param>
public sealed record OrganizationAccess(long Number, string OrganizationId, string Name);

/// <summary>What an actor may do according to the database at the moment of asking.</summary>
public sealed record Access(Actor Actor, Right Rights, IReadOnlyList<OrganizationAccess> Organizations)
{
    /// <summary>The application that asks; nothing for a person.</summary>
    public ApplicationFacts? Application { get; init; }

    public bool Has(Right right) => (Rights & right) == right;

    public OrganizationAccess? Organization(string? organizationId) =>
        Organizations.FirstOrDefault(organization => organization.OrganizationId == organizationId);

    public bool MayTouch(long organizationNumber) =>
        Organizations.Any(organization => organization.Number == organizationNumber);
}
