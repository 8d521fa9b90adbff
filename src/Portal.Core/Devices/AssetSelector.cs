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
    internal async Task<Device?> FindAsync(IWriteUnit unit, Access.Access access, bool isTracked)
    {
        var device = await unit.FindDeviceAsync(this);
        if (device is null || !access.MayTouch(device.OrganizationNumber))
        {
            return null;
        }

        if (isTracked)
        {
            unit.Db.Attach(device);
        }

        return device;
    }
}
