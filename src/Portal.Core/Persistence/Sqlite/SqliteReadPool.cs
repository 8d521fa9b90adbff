using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// A few read connections with their prepared statements: each has its own cache, so many of them would each be cold.
/// </summary>
internal class SqliteReadPool : IDisposable
{
    private readonly string _connectionString;
    private readonly SemaphoreSlim _free = new(Size);
    private readonly Stack<SqliteReader> _idle = new();

    public SqliteReadPool(IOptions<DatabaseOptions> options) =>
        _connectionString = new SqliteConnectionStringBuilder(SqliteSettings.ConnectionString(options.Value.ConnectionString)) { Pooling = false }.ToString();

    private static int Size { get; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>
    /// Runs <paramref name="read"/> on one snapshot of the database, on the calling thread unless that is a circuit's;
    /// cancelling stops the statement that runs.
    /// </summary>
    public async Task<T> ReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            // SQLite works on the calling thread: a circuit could not hear the next key while it does. A request has nothing else to hear.
            return SynchronizationContext.Current is null
                ? Read(read, cancellationToken)
                : await Task.Run(() => Read(read, cancellationToken), cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>One statement of microseconds, which is a snapshot by itself: on the calling thread, without waiting for a turn.</summary>
    public T ReadHere<T>(Func<SqliteReader, T> read)
    {
        var reader = Rent();
        try
        {
            return read(reader);
        }
        finally
        {
            Return(reader);
        }
    }

    public void Dispose()
    {
        foreach (var reader in _idle)
        {
            reader.Dispose();
        }

        _free.Dispose();
    }

    private T Read<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        var reader = Rent();
        try
        {
            return reader.Run(read, cancellationToken);
        }
        finally
        {
            Return(reader);
        }
    }

    private void Return(SqliteReader reader)
    {
        lock (_idle)
        {
            _idle.Push(reader);
        }
    }

    private SqliteReader Rent()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new SqliteReader(_connectionString);
    }
}

/// <summary>
/// Connections for the rows that nearly every call asks for: a slow search never keeps a check of rights waiting, and what one question
/// has brought into a connection's cache is there for the next.
/// </summary>
internal sealed class SqliteFactsPool(IOptions<DatabaseOptions> options) : SqliteReadPool(options);
