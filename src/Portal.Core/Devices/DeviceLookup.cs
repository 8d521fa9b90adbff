using Microsoft.EntityFrameworkCore;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>Finds the device that a command is about, and tells whether somebody changed it since the caller looked.</summary>
internal static class DeviceLookup
{
    /// <summary>Only these count a device's version up; a device that signs in does not.</summary>
    private static readonly string[] s_changes =
    [
        AuditActions.DeviceCreated, AuditActions.DeviceEdited, AuditActions.DeviceEnabled, AuditActions.DeviceDisabled,
        AuditActions.DeviceReplaced, AuditActions.SecretReissued,
    ];

    /// <summary>
    /// The device, if it exists, is in an organization of the caller and is at the version that was seen. From here on
    /// the command, and a refusal of it, belongs to that organization.
    /// </summary>
    /// <param name="isTracked">Not for who writes by <see cref="IWriteUnit.RenewAsync"/>.</param>
    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>.</returns>
    public static async Task<Result<Device>> FindAsync(CommandScope scope, AssetSelector selector, int? seenVersion, bool isTracked = true)
    {
        if (await selector.FindAsync(scope.Unit, scope.Access, isTracked) is not { } device)
        {
            return new AssetNotFound(selector.ToString());
        }

        scope.OrganizationNumber = device.OrganizationNumber;
        return await CheckAsync(scope.Db, device, seenVersion) is { } changed ? changed : device;
    }

    /// <summary>The refusal, naming who changed it and when; nothing if the caller saw the present version or does not say.</summary>
    private static async Task<DeviceChanged?> CheckAsync(PortalDbContext db, Device device, int? seenVersion)
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
