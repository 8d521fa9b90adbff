using Microsoft.Data.Sqlite;
using Portal.Core.Auditing;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>What the writer keeps prepared beside EF Core's statements: for what a fleet does most.</summary>
internal sealed class WriterStatements(PortalDbContext db, SqliteConnection connection) : IDisposable
{
    // Made when they are first used: an older database has their tables only after its migration.
    private DeviceRenewal? _renewal;
    private DevicePresence? _presence;
    private ConnectionLines? _lines;
    private WriterReads? _reads;
    private PreparedCommand? _auditHead;

    public WriterTransaction Transaction { get; } = new(connection);

    public RowInserts Inserts { get; } = new(db, connection);

    public WriterReads Reads => _reads ??= new(db, connection);

    public DeviceRenewal Renewal => _renewal ??= new(connection);

    public DevicePresence Presence => _presence ??= new(connection);

    public ConnectionLines Lines => _lines ??= new(connection, Inserts);

    public AuditHead? ReadAuditHead()
    {
        _auditHead ??= new(connection, "SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1");
        using var row = _auditHead.Read();
        return row.Next() ? new AuditHead(row.Number(0), row.Bytes(1)) : null;
    }

    public void Dispose()
    {
        foreach (var part in new IDisposable?[] { Transaction, _auditHead, Inserts, _reads, _renewal, _presence, _lines })
        {
            part?.Dispose();
        }
    }
}
