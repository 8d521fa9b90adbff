using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// SQLite: one writer that takes whatever waits into one <c>BEGIN IMMEDIATE</c> transaction (group commit), a
/// savepoint for each piece of work, and answers when the commit is on the disk.
/// </summary>
public sealed class SqliteDatabase : IPortalDatabase, IAsyncDisposable
{
    private const int MaxWaiting = 10_000;
    private const int MaxGroup = 256;
    private const string Savepoint = "unit";

    private readonly string _connectionString;
    private readonly ILogger<SqliteDatabase> _logger;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Task _writer;
    private TaskCompletionSource _nextCommit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteConnection? _connection;
    private PortalDbContext? _db;

    public SqliteDatabase(IOptions<DatabaseOptions> options, ILogger<SqliteDatabase> logger)
    {
        _connectionString = SqliteSettings.ConnectionString(options.Value.ConnectionString);
        _logger = logger;
        _writer = Task.Run(WriteAllAsync);
    }

    public Task NextCommit => Volatile.Read(ref _nextCommit).Task;

    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        SqliteSettings.CreateFolder(_connectionString);
        await using var connection = SqliteSettings.OpenWriter(_connectionString);
        await using var db = SqliteSettings.CreateMigrationContext(connection);
        await db.Database.MigrateAsync(cancellationToken);
    }

    public async Task<T> WriteAsync<T>(Func<IWriteUnit, Task<T>> work, CancellationToken cancellationToken = default)
    {
        var item = new Work<T>(work, cancellationToken);
        if (!_queue.Writer.TryWrite(item))
        {
            throw new StorageException("too many changes are waiting to be written", null);
        }

        return await item.Completion;
    }

    public bool IsUniqueViolation(Exception exception) => SqliteFaults.IsUniqueViolation(exception);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer;
        await CloseAsync();
    }

    private async Task WriteAllAsync()
    {
        var group = new List<Work>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var work))
            {
                if (!work.IsCancelled())
                {
                    group.Add(work);
                }
            }

            if (group.Count > 0)
            {
                await WriteGroupAsync(group);
            }
        }
    }

    private async Task WriteGroupAsync(List<Work> group)
    {
        try
        {
            var connection = _connection ??= SqliteSettings.OpenWriter(_connectionString);
            var db = _db ??= SqliteSettings.CreateContext(connection);
            await using (var transaction = SqliteFaults.BeginImmediate(connection))
            {
                await db.Database.UseTransactionAsync(transaction);
                var unit = new Unit(db, transaction);
                foreach (var work in group)
                {
                    await RunAsync(work, unit);
                }

                await transaction.CommitAsync();
            }
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "A group of {Count} writes was not committed", group.Count);
            var fault = SqliteFaults.ToStorageException(exception);
            group.ForEach(work => work.Fail(fault));
            await CloseAsync();
            return;
        }
        finally
        {
            if (_db is not null)
            {
                _db.ChangeTracker.Clear();
                await _db.Database.UseTransactionAsync(null);
            }
        }

        // Whoever waits for a commit is told before the callers are: an answer never overtakes its event.
        Interlocked.Exchange(ref _nextCommit, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        group.ForEach(work => work.Complete());
    }

    private async Task RunAsync(Work work, Unit unit)
    {
        unit.Begin();
        try
        {
            await work.RunAsync(unit);
            unit.Keep();
        }
        catch (Exception exception) when (unit.TransactionIsAlive)
        {
            // This work failed; the others in the group are none of its business.
            unit.Undo();
            work.Fail(SqliteFaults.IsStorageFault(exception) ? SqliteFaults.ToStorageException(exception) : exception);
            if (SqliteFaults.IsStorageFault(exception))
            {
                _logger.LogError(exception, "A write failed and was undone");
            }
        }
    }

    private async Task CloseAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        (_db, _connection) = (null, null);
    }

    private sealed class Unit(PortalDbContext db, SqliteTransaction transaction) : IWriteUnit
    {
        public PortalDbContext Db => db;

        /// <summary>False after a fault in which SQLite itself rolled back everything (disk full, I/O error).</summary>
        public bool TransactionIsAlive => transaction.Connection is { } connection
            && SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

        public void Begin()
        {
            db.ChangeTracker.Clear();
            transaction.Save(Savepoint);
        }

        public void Keep() => transaction.Release(Savepoint);

        public void Undo()
        {
            transaction.Rollback(Savepoint);
            transaction.Release(Savepoint);
        }

        public Task StartOverAsync()
        {
            transaction.Rollback(Savepoint);
            db.ChangeTracker.Clear();
            return Task.CompletedTask;
        }
    }

    private abstract class Work
    {
        public abstract bool IsCancelled();

        public abstract Task RunAsync(IWriteUnit unit);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<IWriteUnit, Task<T>> work, CancellationToken cancellationToken) : Work
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Completion => _completion.Task;

        public override bool IsCancelled() => cancellationToken.IsCancellationRequested && _completion.TrySetCanceled(cancellationToken);

        public override async Task RunAsync(IWriteUnit unit) => _result = await work(unit);

        public override void Complete() => _completion.TrySetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
