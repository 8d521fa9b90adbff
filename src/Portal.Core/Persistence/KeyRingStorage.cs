using Microsoft.AspNetCore.DataProtection;

namespace Portal.Core.Persistence;

public static class KeyRingStorage
{
    /// <summary>Keeps the data-protection keys where every node of the portal finds them.</summary>
    public static IDataProtectionBuilder PersistKeysToPortalDatabase(this IDataProtectionBuilder builder) =>
        builder.PersistKeysToDbContext<PortalDbContext>();
}
