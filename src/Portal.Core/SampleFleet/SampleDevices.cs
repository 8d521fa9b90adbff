using Microsoft.EntityFrameworkCore;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.SampleFleet;

/// <summary>A device that a script may replace.</summary>
public sealed record SampleDevice(string AssetId, string OrgId, string ProductKey, string DeviceKey);

/// <summary>Names some devices of the sample fleet, for scripts that try the portal out.</summary>
public sealed class SampleDevices(IDbContextFactory<PortalDbContext> contexts)
{
    public async Task<IReadOnlyList<SampleDevice>> ListAsync(SampleOrganization organization, int count, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Devices.AsNoTracking()
            .Where(device => device.Id >= RowNumbers.First(organization.Number) && device.Id <= RowNumbers.Last(organization.Number)
                && device.Status != DeviceStatus.Disabled)
            .OrderBy(device => device.Id).Take(count)
            .Select(device => new SampleDevice(device.AssetId, organization.OrganizationId, device.Product!.ProductKey, device.DeviceKey))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The sign-in that the present hardware of an asset would make, for whoever plays the hardware in Development.</summary>
    public async Task<DeviceSignIn?> FindSignInAsync(Access.Access access, string assetId, CancellationToken cancellationToken = default)
    {
        var organizations = access.Organizations.Select(organization => organization.Number).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Devices.AsNoTracking()
            .Where(device => device.AssetId == assetId && organizations.Contains(device.OrganizationNumber))
            .Select(device => new DeviceSignIn(device.Product!.ProductKey, device.DeviceKey, device.Credential.Version, null))
            .FirstOrDefaultAsync(cancellationToken);
    }
}
