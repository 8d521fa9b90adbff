using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// The writer's transaction, in parts that are undone each by itself. It holds the write lock from the start: a deferred one that reads
/// first fails in the middle when another process wrote in between, and no waiting mends that.
/// </summary>
/// <remarks>
/// The first part is undone with the transaction, which begins anew: a savepoint makes SQLite keep every page as it was before, a
/// twentieth of the work of a replacement, and most have a transaction to themselves.
/// </remarks>
internal sealed class WriterTransaction(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly PreparedCommand _commit = new(connection, "COMMIT");
    private readonly PreparedCommand _rollBack = new(connection, "ROLLBACK");
    private readonly PreparedCommand _beginPart = new(connection, "SAVEPOINT part");
    private readonly PreparedCommand _keepPart = new(connection, "RELEASE part");
    private readonly PreparedCommand _undoPart = new(connection, "ROLLBACK TO part");

    private bool _isEmpty;
    private bool _hasSavepoint;
    private int _changes;

    /// <summary>False after a fault in which SQLite itself rolled back everything (disk full, I/O error).</summary>
    public bool IsAlive => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Whether the present part can be undone and the others kept.</summary>
    public bool CanUndoPart => IsAlive && (_isEmpty || _hasSavepoint || !HasWritten);

    private bool HasWritten => raw.sqlite3_total_changes(connection.Handle) != _changes;

    /// <param name="patience">How long it waits for another process to let go of the lock.</param>
    /// <exception cref="SqliteException">It did not.</exception>
    public void Begin(TimeSpan patience)
    {
        _ = raw.sqlite3_busy_timeout(connection.Handle, Math.Max(1, (int)patience.TotalMilliseconds));
        _begin.Run();
        _isEmpty = true;
    }

    /// <param name="isUndoable">Without it, and after another part, it can only be undone as long as it has written nothing.</param>
    public void BeginPart(bool isUndoable)
    {
        _changes = raw.sqlite3_total_changes(connection.Handle);
        _hasSavepoint = isUndoable && !_isEmpty;
        if (_hasSavepoint)
        {
            _beginPart.Run();
        }
    }

    public void KeepPart()
    {
        _isEmpty = false;
        if (_hasSavepoint)
        {
            _keepPart.Run();
        }
    }

    /// <summary>Undoes what the part has written so far; the part goes on.</summary>
    public void UndoPart()
    {
        if (_hasSavepoint)
        {
            _undoPart.Run();
        }
        else if (_isEmpty)
        {
            _rollBack.Run();
            _begin.Run();
        }
        else if (HasWritten)
        {
            throw new InvalidOperationException("What was written together with other work is undone together with it.");
        }
    }

    public void Commit() => _commit.Run();

    public void Dispose()
    {
        foreach (var command in (PreparedCommand[])[_begin, _commit, _rollBack, _beginPart, _keepPart, _undoPart])
        {
            command.Dispose();
        }
    }
}
