using Portal.Core.Persistence;
using Portal.Core.Secrets;

namespace Portal.Core.Imports;

/// <summary>Writes rows of a file, some thousand at a time, inside the transaction that <c>db</c> has open.</summary>
public interface IImportWriter
{
    /// <returns>The first of the rows whose device is no longer at the version that was seen.</returns>
    ImportRow? FindChanged(PortalDbContext db, IReadOnlyList<ImportRow> rows);

    /// <summary>Creates devices with row numbers from <paramref name="firstId"/> on.</summary>
    /// <param name="secrets">By asset ID, sealed.</param>
    /// <returns>The first row whose asset ID or key is taken; then none was created.</returns>
    ImportRow? Insert(
        PortalDbContext db, long organizationNumber, long firstId, DateTimeOffset now, IReadOnlyList<ImportRow> rows,
        IReadOnlyDictionary<string, Credential> secrets);

    /// <summary>Gives devices that are there their new names and descriptions.</summary>
    void Change(PortalDbContext db, IReadOnlyList<ImportRow> rows);
}
