namespace Portal.Core.Organizations;

/// <summary>An EnOS organization: the tenant that owns products, assets and devices.</summary>
public sealed class Organization
{
    /// <summary>1 to 2^22; the upper part of the row number of each of its devices (<see cref="RowNumbers"/>).</summary>
    public long Number { get; init; }

    /// <summary>EnOS <c>orgId</c>: <c>o</c> and digits.</summary>
    public required string OrganizationId { get; init; }

    public required string Name { get; set; }
}

/// <summary>
/// A device's row number holds its organization in the upper bits, so one range of the primary key, and of every
/// index that ends in it, is one organization: tenancy costs a search nothing.
/// </summary>
public static class RowNumbers
{
    private const int SequenceBits = 40;

    public static long First(long organizationNumber) => organizationNumber << SequenceBits;

    public static long Last(long organizationNumber) => ((organizationNumber + 1) << SequenceBits) - 1;

    public static long OrganizationOf(long rowNumber) => rowNumber >> SequenceBits;
}
