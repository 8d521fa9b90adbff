using Microsoft.EntityFrameworkCore;
using Portal.Core.Auditing;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>Whether somebody changed a device after the caller looked at it.</summary>
internal static class DeviceVersions
{
    /// <summary>Only these count a device's version up; a device that signs in does not.</summary>
    private static readonly string[] s_changes =
    [
        AuditActions.DeviceCreated, AuditActions.DeviceEdited, AuditActions.DeviceEnabled, AuditActions.DeviceDisabled,
        AuditActions.DeviceReplaced, AuditActions.SecretReissued,
    ];

    /// <summary>The refusal, naming who changed it and when; nothing if the caller saw the present version or does not say.</summary>
    public static async Task<DeviceChanged?> CheckAsync(PortalDbContext db, Device device, int? seenVersion)
    {
        if (seenVersion is null || seenVersion == device.Version)
        {
            return null;
        }

        var last = await db.AuditEntries.AsNoTracking()
            .Where(entry => entry.AssetId == device.AssetId && entry.Outcome == AuditTrail.Ok && s_changes.Contains(entry.Action))
            .OrderByDescending(entry => entry.Sequence).Select(entry => new { entry.ActorName, entry.At }).FirstOrDefaultAsync();
        return new DeviceChanged(device.AssetId, last?.ActorName ?? "Somebody", last?.At ?? device.CreatedAt);
    }
}
