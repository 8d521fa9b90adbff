using Microsoft.EntityFrameworkCore;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.MeasurePoints;
using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.SampleFleet;

/// <summary>A device that a script may replace.</summary>
public sealed record SampleDevice(string AssetId, string OrgId, string ProductKey, string DeviceKey);

/// <summary>What plays the hardware of an asset: where it belongs, its key, and the key of the hardware before it.</summary>
/// <param name="FormerKey">Nothing when the asset was never given other hardware.</param>
/// <param name="FormerSince">When the hardware before it was put in; when the asset was made if there was none.</param>
/// <param name="ReplacedAt">When it was put in, if it was not the first.</param>
/// <param name="TimeZone">Offset of the place, e.g. <c>+08:00</c>.</param>
public sealed record SampleHardware(
    string AssetId, string ProductKey, string DeviceKey, string? FormerKey, DateTimeOffset FormerSince, DateTimeOffset? ReplacedAt, string TimeZone)
{
    /// <summary>What the hardware that was there at a moment measured.</summary>
    public IReadOnlyList<MeasureValue> At(DateTimeOffset at) =>
        SampleSignals.At(ProductKey, AssetId, TimeZone, ReplacedAt is { } replacedAt && at >= replacedAt ? replacedAt : FormerSince, at);
}

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

    /// <summary>For whoever plays the hardware from the command line of this machine: nobody is asked who they are, and no secret is told.</summary>
    public async Task<SampleHardware?> FindHardwareAsync(string assetId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Devices.AsNoTracking().Where(device => device.AssetId == assetId)
            .Select(device => new { device.Id, device.Product!.ProductKey, device.DeviceKey, device.CreatedAt, device.TimeZone }).FirstOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }

        var last = await db.Replacements.AsNoTracking().Where(replacement => replacement.DeviceId == found.Id && replacement.Kind == ReplacementKind.Replacement)
            .OrderByDescending(replacement => replacement.Id)
            .Select(replacement => new { replacement.OldDeviceKey, replacement.OldDeviceKeySince, replacement.At }).FirstOrDefaultAsync(cancellationToken);
        return new SampleHardware(
            assetId, found.ProductKey, found.DeviceKey, last?.OldDeviceKey, last?.OldDeviceKeySince ?? found.CreatedAt, last?.At, found.TimeZone);
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
