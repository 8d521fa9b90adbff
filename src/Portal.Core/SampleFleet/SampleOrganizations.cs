using Microsoft.EntityFrameworkCore;
using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;

namespace Portal.Core.SampleFleet;

/// <summary>An organization of the sample fleet.</summary>
/// <param name="Number">As <see cref="Organization.Number"/>.</param>
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

    /// <summary>Puts those that are missing into the database.</summary>
    public static Task CreateMissingAsync(IPortalDatabase database) => database.WriteAsync(async unit =>
    {
        var known = await unit.Db.Organizations.Select(organization => organization.OrganizationId).ToListAsync();
        unit.Db.Organizations.AddRange(All.Where(sample => !known.Contains(sample.OrganizationId)).Select(sample =>
            new Organization { Number = sample.Number, OrganizationId = sample.OrganizationId, Name = sample.Name }));
        return await unit.Db.SaveChangesAsync();
    });
}
