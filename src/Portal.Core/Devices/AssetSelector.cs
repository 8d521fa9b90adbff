using Microsoft.EntityFrameworkCore;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>Names a device by its asset, or by its present product key and device key, as the EnOS contract does.</summary>
public sealed record AssetSelector
{
    private static readonly Func<PortalDbContext, string, Task<Device?>> s_byAsset = EF.CompileAsyncQuery((PortalDbContext db, string assetId) =>
        db.Devices.AsNoTracking().Include(device => device.Credential).Include(device => device.Product).FirstOrDefault(device => device.AssetId == assetId));

    private static readonly Func<PortalDbContext, string, string, Task<Device?>> s_byKey = EF.CompileAsyncQuery((PortalDbContext db, string productKey, string deviceKey) =>
        db.Devices.AsNoTracking().Include(device => device.Credential).Include(device => device.Product)
            .FirstOrDefault(device => device.Product!.ProductKey == productKey && device.DeviceKey == deviceKey));

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
    internal async Task<Device?> FindAsync(PortalDbContext db, Access.Access access, bool isTracked)
    {
        var device = await (AssetId is not null ? s_byAsset(db, AssetId) : s_byKey(db, ProductKey!, DeviceKey!));
        if (device is null || !access.MayTouch(device.OrganizationNumber))
        {
            return null;
        }

        if (isTracked)
        {
            db.Attach(device);
        }

        return device;
    }
}
