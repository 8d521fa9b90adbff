using Microsoft.EntityFrameworkCore;
using Portal.Core.Auditing;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>Whether somebody changed a device after the caller looked at it.</summary>
internal static class DeviceVersions
{
    /// <summary>The refusal, naming who changed it and when; nothing if the caller saw the present version or does not say.</summary>
    public static async Task<DeviceChanged?> CheckAsync(PortalDbContext db, Device device, int? seenVersion)
    {
        if (seenVersion is null || seenVersion == device.Version)
        {
            return null;
        }

        var last = await db.AuditEntries.AsNoTracking()
            .Where(entry => entry.AssetId == device.AssetId && entry.Outcome == AuditTrail.Ok && entry.Action.StartsWith("device."))
            .OrderByDescending(entry => entry.Sequence).Select(entry => new { entry.ActorName, entry.At }).FirstOrDefaultAsync();
        return new DeviceChanged(device.AssetId, last?.ActorName ?? "Somebody", last?.At ?? device.CreatedAt);
    }
}
