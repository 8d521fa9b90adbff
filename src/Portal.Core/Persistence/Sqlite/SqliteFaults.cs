using Microsoft.Data.Sqlite;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>What SQLite's error numbers mean to the portal.</summary>
internal static class SqliteFaults
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintTrigger = 1811;
    private const int ConstraintUnique = 2067;

    public static bool IsUniqueViolation(Exception exception) =>
        Find(exception) is { SqliteExtendedErrorCode: ConstraintUnique or ConstraintPrimaryKey };

    public static bool IsStorageFault(Exception exception) => Find(exception) is { } fault
        && (fault.SqliteErrorCode != Constraint || fault.SqliteExtendedErrorCode == ConstraintTrigger);

    public static StorageException ToStorageException(Exception exception) => new(
        Find(exception)?.SqliteErrorCode switch
        {
            Busy or Locked => "the database is busy",
            ReadOnly => "the database is read-only",
            Full => "the disk is full",
            CannotOpen or InputOutput => "the database file cannot be reached",
            _ => "the database refused the write",
        },
        exception);

    private static SqliteException? Find(Exception? exception)
    {
        while (exception is not null and not SqliteException)
        {
            exception = exception.InnerException;
        }

        return exception as SqliteException;
    }
}
