using Microsoft.EntityFrameworkCore;
using Portal.Core.Persistence;
using Portal.Core.Products;

namespace Portal.Core.Devices;

internal static class DeviceRows
{
    /// <summary>The next free row number of an organization; only inside a write transaction.</summary>
    public static async Task<long> NextIdAsync(PortalDbContext db, long organizationNumber)
    {
        var (first, last) = (RowNumbers.First(organizationNumber), RowNumbers.Last(organizationNumber));
        var highest = await db.Devices.Where(device => device.Id >= first && device.Id <= last).MaxAsync(device => (long?)device.Id);
        return (highest ?? first) + 1;
    }
}
