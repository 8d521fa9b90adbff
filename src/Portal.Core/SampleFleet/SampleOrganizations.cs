namespace Portal.Core.SampleFleet;

/// <summary>An organization of the sample fleet.</summary>
/// <param name="Number">As <see cref="Products.Organization.Number"/>.</param>
public sealed record SampleOrganization(long Number, string OrganizationId, string Name);

/// <summary>The organizations of the sample fleet; the demo people of the embedded provider belong to them.</summary>
public static class SampleOrganizations
{
    /// <summary>A wind and solar operator; the organization of most demo people.</summary>
    public static readonly SampleOrganization Westerly = new(1, "o15724301680011", "Westerly Renewables");

    /// <summary>A Chinese operator of solar and storage sites.</summary>
    public static readonly SampleOrganization Yuanshan = new(2, "o15724301680012", "远山新能源");

    /// <summary>A charging network.</summary>
    public static readonly SampleOrganization Voltway = new(3, "o15724301680013", "Voltway Charging");

    public static IReadOnlyList<SampleOrganization> All { get; } = [Westerly, Yuanshan, Voltway];
}
