using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;

namespace Portal.Core.Devices;

internal static class DeviceRowNumbers
{
    /// <summary>
    /// The next row number of an organization; only inside a write transaction. Never one that a deleted device had and
    /// that its history still names: the new device would inherit that history.
    /// </summary>
    public static async Task<long> NextIdAsync(PortalDbContext db, long organizationNumber)
    {
        var (first, last) = (RowNumbers.First(organizationNumber), RowNumbers.Last(organizationNumber));
        return (await db.HighestDeviceIdAsync(first, last) ?? first) + 1;
    }
}
