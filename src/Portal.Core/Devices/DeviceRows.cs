using Microsoft.EntityFrameworkCore;
using Portal.Core.Persistence;
using Portal.Core.Products;

namespace Portal.Core.Devices;

internal static class DeviceRows
{
    /// <summary>
    /// The next row number of an organization; only inside a write transaction. Never one that a deleted device had and
    /// that its history still names: the new device would inherit that history.
    /// </summary>
    public static async Task<long> NextIdAsync(PortalDbContext db, long organizationNumber)
    {
        var (first, last) = (RowNumbers.First(organizationNumber), RowNumbers.Last(organizationNumber));
        var highest = await db.Devices.Where(device => device.Id >= first && device.Id <= last).MaxAsync(device => (long?)device.Id);
        var inHistory = await db.Replacements.Where(replacement => replacement.DeviceId >= first && replacement.DeviceId <= last)
            .MaxAsync(replacement => (long?)replacement.DeviceId);
        var inGrants = await db.RevealGrants.Where(grant => grant.DeviceId >= first && grant.DeviceId <= last)
            .MaxAsync(grant => (long?)grant.DeviceId);
        return Math.Max(highest ?? first, Math.Max(inHistory ?? first, inGrants ?? first)) + 1;
    }
}
