using Microsoft.Data.Sqlite;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>What the writer keeps prepared beside EF Core's statements: for what a fleet does most.</summary>
internal sealed class WriterStatements(PortalDbContext db, SqliteConnection connection)
{
    private readonly PreparedCommand _save = new(connection, "SAVEPOINT unit");
    private readonly PreparedCommand _release = new(connection, "RELEASE unit");
    private readonly PreparedCommand _rollBack = new(connection, "ROLLBACK TO unit");

    public RowInserts Inserts { get; } = new(db, connection);

    public DeviceRenewal Renewal { get; } = new(connection);

    public DevicePresence Presence { get; } = new(connection);

    public ConnectionLines Lines => field ??= new(connection, Inserts);

    public void Save(SqliteTransaction transaction) => _save.Run(transaction);

    public void Release(SqliteTransaction transaction) => _release.Run(transaction);

    public void RollBack(SqliteTransaction transaction) => _rollBack.Run(transaction);
}
