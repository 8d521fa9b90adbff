using Microsoft.EntityFrameworkCore;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>Names a device by its asset, or by its present product key and device key, as the EnOS contract does.</summary>
public sealed record AssetSelector
{
    private AssetSelector()
    {
    }

    public string? AssetId { get; private init; }

    public string? ProductKey { get; private init; }

    public string? DeviceKey { get; private init; }

    public static AssetSelector Asset(string assetId) => new() { AssetId = assetId };

    public static AssetSelector Key(string productKey, string deviceKey) => new() { ProductKey = productKey, DeviceKey = deviceKey };

    public override string ToString() => AssetId ?? $"{ProductKey}/{DeviceKey}";

    /// <summary>The device, if it exists and is in an organization of the caller; else nothing, for either reason.</summary>
    internal async Task<Device?> FindAsync(PortalDbContext db, Access.Access access)
    {
        var device = AssetId is not null
            ? await db.Devices.Include(device => device.Credential).Include(device => device.Product)
                .FirstOrDefaultAsync(device => device.AssetId == AssetId)
            : await db.Devices.Include(device => device.Credential).Include(device => device.Product)
                .FirstOrDefaultAsync(device => device.Product!.ProductKey == ProductKey && device.DeviceKey == DeviceKey);
        return device is not null && access.MayTouch(device.OrganizationNumber) ? device : null;
    }
}
