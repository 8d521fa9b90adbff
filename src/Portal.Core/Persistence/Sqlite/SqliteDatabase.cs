using System.Diagnostics;
using System.Reflection;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Live;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// SQLite: one writer that takes whatever waits into one <c>BEGIN IMMEDIATE</c> transaction (group commit), a
/// savepoint for each piece of work after the first, and answers when the commit is on the disk.
/// </summary>
public sealed class SqliteDatabase : IPortalDatabase, IAsyncDisposable
{
    private const int MaxWaiting = 10_000;
    private const int MaxGroup = 256;

    /// <summary>So many replaced keys come into the trigram index at once; a search looks at those that wait one by one.</summary>
    private const int MaxPendingKeys = 256;

    /// <summary>How long a write waits for its turn and for the lock before its caller is told to try again.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(SqliteSettings.BusyTimeoutInSeconds);

    /// <summary>Set in whatever the writer runs: work that waited for other work would wait for itself.</summary>
    private static readonly AsyncLocal<bool> s_isWriter = new();

    private readonly string _connectionString;
    private readonly ILogger<SqliteDatabase> _logger;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Task _writer;
    private readonly Task _tidying;
    private readonly PeriodicTimer _quiet = new(TimeSpan.FromSeconds(1));
    private TaskCompletionSource _nextCommit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteConnection? _connection;
    private PortalDbContext? _db;
    private WriterStatements? _statements;
    private volatile bool _isClosing;
    private long _commits;

    public SqliteDatabase(IOptions<DatabaseOptions> options, ILogger<SqliteDatabase> logger)
    {
        _connectionString = SqliteSettings.ConnectionString(options.Value.ConnectionString);
        _logger = logger;

        // The writer outlives whoever asked first: none of their culture, log scope or trace may stick to it.
        using (ExecutionContext.SuppressFlow())
        {
            _writer = Task.Run(WriteAllAsync);
            _tidying = Task.Run(TidyWhenQuietAsync);
        }
    }

    public Task NextCommit => Volatile.Read(ref _nextCommit).Task;

    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        SqliteSettings.CreateFolder(_connectionString);
        await using var connection = SqliteSettings.OpenWriter(_connectionString);
        if (IsCurrent(connection))
        {
            return;
        }

        await using var db = SqliteSettings.CreateContext(connection);
        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>
    /// Whether every migration is in the database's own list. The migrator builds services and a model of its own before it
    /// looks there, and every start but the first one waits for it to find nothing to do.
    /// </summary>
    private static bool IsCurrent(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '__EFMigrationsHistory'";
        if ((long)command.ExecuteScalar()! == 0)
        {
            return false;
        }

        var applied = new HashSet<string>(StringComparer.Ordinal);
        command.CommandText = "SELECT migration_id FROM __EFMigrationsHistory";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            applied.Add(reader.GetString(0));
        }

        return typeof(PortalDbContext).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Migration)))
            .All(type => type.GetCustomAttribute<MigrationAttribute>() is { } migration && applied.Contains(migration.Id));
    }

    public Task<T> WriteAsync<T>(Func<IWriteUnit, Task<T>> work, CancellationToken cancellationToken = default) =>
        WriteAsync(new Work<T>(work, isUndoable: true), cancellationToken);

    public Task<T> WriteTogetherAsync<T>(Func<IWriteUnit, Task<T>> work) => WriteAsync(new Work<T>(work, isUndoable: false), CancellationToken.None);

    private async Task<T> WriteAsync<T>(Work<T> item, CancellationToken cancellationToken)
    {
        if (s_isWriter.Value)
        {
            throw new InvalidOperationException("Work in a write transaction asked for another one; use the unit at hand.");
        }

        if (!_queue.Writer.TryWrite(item))
        {
            throw new StorageException(
                _isClosing ? "the portal is shutting down" : "too many changes are waiting to be written", null);
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Work<T>)state!).Cancel(token), item))
        {
            return await item.Completion;
        }
    }

    public bool IsUniqueViolation(Exception exception) => SqliteFaults.IsUniqueViolation(exception);

    public bool IsStorageFault(Exception exception) => exception is StorageException || SqliteFaults.IsStorageFault(exception);

    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        _queue.Writer.TryComplete();
        _quiet.Dispose();
        await _tidying;
        await _writer;
        await CloseAsync();
    }

    private async Task WriteAllAsync()
    {
        s_isWriter.Value = true;
        var group = new List<Work>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            TakeWaiting(group);
            if (group.Count > 0)
            {
                await WriteGroupAsync(group);
            }
        }
    }

    /// <summary>Takes whatever waits into the group, as far as there is room.</summary>
    private void TakeWaiting(List<Work> group)
    {
        while (group.Count < MaxGroup && _queue.Reader.TryRead(out var work))
        {
            if (!work.TryBegin())
            {
                continue;
            }

            if (work.Waited < s_patience)
            {
                group.Add(work);
            }
            else
            {
                work.Fail(new StorageException("the database is busy", null));
            }
        }
    }

    /// <summary>
    /// A moment after the last write: brings the trigram index up to date and moves the log into the database, the latter beside the
    /// writer and its callers.
    /// </summary>
    private async Task TidyWhenQuietAsync()
    {
        long seen = 0, moved = 0;
        while (await _quiet.WaitForNextTickAsync())
        {
            var commits = Interlocked.Read(ref _commits);
            if (commits == seen && commits != moved)
            {
                await ApplyPendingAsync();
                Checkpoint();
                moved = commits = Interlocked.Read(ref _commits);
            }

            seen = commits;
        }
    }

    private async Task ApplyPendingAsync()
    {
        try
        {
            await WriteAsync(unit => ApplyPendingAsync(unit.Db));
        }
        catch (StorageException exception)
        {
            _logger.LogWarning(exception, "Replaced keys did not come into the search index in a quiet moment; until then each search looks at them");
        }
    }

    private static Task<int> ApplyPendingAsync(PortalDbContext db) => db.Database.ExecuteSqlRawAsync(SearchSchema.ApplyPending);

    private void Checkpoint()
    {
        try
        {
            SqliteSettings.Checkpoint(_connectionString);
        }
        catch (SqliteException exception)
        {
            _logger.LogWarning(exception, "The log could not be moved into the database in a quiet moment; a later commit does it");
        }
    }

    private async Task WriteGroupAsync(List<Work> group)
    {
        try
        {
            await CommitAsync(group);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "A group of {Count} writes was not committed", group.Count);
            var fault = SqliteFaults.ToStorageException(exception);
            await CloseAsync();
            group.ForEach(work => work.Fail(fault));
            return;
        }

        Interlocked.Increment(ref _commits);

        // Whoever waits for a commit is told before the callers are: an answer never overtakes its event.
        Interlocked.Exchange(ref _nextCommit, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        group.ForEach(work => work.Complete());
    }

    private async Task CommitAsync(List<Work> group)
    {
        var connection = _connection ??= SqliteSettings.OpenWriter(_connectionString);
        var db = _db ??= SqliteSettings.CreateContext(connection);
        var statements = _statements ??= new WriterStatements(db, connection);

        // Who has waited in the queue already waits so much less for the lock.
        statements.Transaction.Begin(s_patience - group[0].Waited);
        var unit = new Unit(db, statements);
        for (var i = 0; i < group.Count; i++)
        {
            await RunAsync(group[i], unit);

            // Who asks meanwhile comes along: a commit costs the same, however many it is for.
            TakeWaiting(group);
        }

        unit.WriteEvents();
        if (statements.Renewal.Count >= MaxPendingKeys)
        {
            await ApplyPendingAsync(db);
            statements.Renewal.Count = 0;
        }

        statements.Transaction.Commit();
    }

    private async Task RunAsync(Work work, Unit unit)
    {
        unit.Begin(work.IsUndoable);
        try
        {
            await work.RunAsync(unit);
            unit.Keep();
        }
        catch (Exception exception) when (_statements!.Transaction.CanUndoPart)
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

    /// <summary>Never throws: the writer must go on, with a connection that the next group opens.</summary>
    private async Task CloseAsync()
    {
        var (db, connection) = (_db, _connection);
        _statements?.Dispose();
        (_db, _connection, _statements) = (null, null, null);
        foreach (var part in new IAsyncDisposable?[] { db, connection })
        {
            try
            {
                await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
            catch (Exception exception)
            {
                _logger.LogError(exception, "The writer's connection did not close cleanly");
            }
        }
    }

    private sealed class Unit(PortalDbContext db, WriterStatements statements) : IWriteUnit
    {
        private readonly List<FleetEvent> _events = [];
        private readonly List<FleetEvent> _kept = [];
        private bool _usesDb;
        private DateTimeOffset _at;

        public PortalDbContext Db
        {
            get
            {
                _usesDb = true;
                return db;
            }
        }

        public async Task SaveAsync()
        {
            if (_usesDb)
            {
                await db.SaveChangesAsync();
            }
        }

        public Task<long> InsertAsync<T>(T row)
            where T : class => Task.FromResult(statements.Inserts.Run(row));

        public SessionFacts? FindSession(string sessionId, DateTimeOffset now) => statements.Reads.FindSession(sessionId, now);

        public ApplicationFacts? FindApplication(string accessKey) => statements.Reads.FindApplication(accessKey);

        public Task<Device?> FindDeviceAsync(AssetSelector selector) => Task.FromResult(statements.Reads.FindDevice(selector));

        public Task<Operation?> FindOperationAsync(string scope, string operationId) => Task.FromResult(statements.Reads.FindOperation(scope, operationId));

        public Task<ApplicationPublicKey?> FindCurrentKeyAsync(long applicationId) => Task.FromResult(statements.Reads.FindCurrentKey(applicationId));

        public Task<bool> HasOpenGrantAsync(long deviceId) => Task.FromResult(statements.Reads.HasOpenGrant(deviceId));

        public Task<bool> RenewAsync(Device device) => Task.FromResult(statements.Renewal.Run(device));

        public bool IsCurrent(long deviceId, int credentialVersion) => statements.Presence.IsCurrent(deviceId, credentialVersion);

        public Task<OnlineMark> MarkOnlineAsync(long deviceId, int credentialVersion, DateTimeOffset now) =>
            Task.FromResult(statements.Presence.MarkOnline(deviceId, credentialVersion, now));

        public Task<bool> MarkOfflineAsync(long deviceId, int credentialVersion, DateTimeOffset now) =>
            Task.FromResult(statements.Presence.MarkOffline(deviceId, credentialVersion, now));

        public Task LogAsync(ConnectionLine line, DateTimeOffset sameSince)
        {
            statements.Lines.Write(line, sameSince);
            return Task.CompletedTask;
        }

        public Task LogRemovalAsync(Device device, DateTimeOffset now) => LogAsync(ConnectionLine.SignedOut(device.Id, device.OrganizationNumber, device.DeviceKey, SignOutReason.CredentialEnded, now), now);

        public Task<AuditHead?> ReadAuditHeadAsync() => Task.FromResult(statements.ReadAuditHead());

        public void Publish(IReadOnlyList<FleetEvent> events, DateTimeOffset now)
        {
            _events.AddRange(events);
            _at = now;
        }

        /// <summary>The events of the whole group in one row.</summary>
        public void WriteEvents()
        {
            if (_kept.Count > 0)
            {
                statements.Inserts.Run(OutboxMessage.Of(_kept, _at));
            }
        }

        public void Begin(bool isUndoable)
        {
            _events.Clear();
            statements.Transaction.BeginPart(isUndoable);
        }

        public void Keep()
        {
            statements.Transaction.KeepPart();
            _kept.AddRange(_events);
            ForgetTracked();
        }

        public void Undo()
        {
            statements.Transaction.UndoPart();
            statements.Transaction.KeepPart();
            ForgetTracked();
        }

        public Task StartOverAsync()
        {
            statements.Transaction.UndoPart();
            _events.Clear();
            ForgetTracked();
            return Task.CompletedTask;
        }

        private void ForgetTracked()
        {
            if (_usesDb)
            {
                db.ChangeTracker.Clear();
                _usesDb = false;
            }
        }
    }

    private abstract class Work(bool isUndoable)
    {
        private readonly long _asked = Stopwatch.GetTimestamp();

        public bool IsUndoable => isUndoable;

        public TimeSpan Waited => Stopwatch.GetElapsedTime(_asked);

        /// <summary>False if its caller went away while it waited.</summary>
        public abstract bool TryBegin();

        public abstract Task RunAsync(IWriteUnit unit);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<IWriteUnit, Task<T>> work, bool isUndoable) : Work(isUndoable)
    {
        private const int Waiting = 0;
        private const int Begun = 1;
        private const int Cancelled = 2;

        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private int _state = Waiting;

        public Task<T> Completion => _completion.Task;

        public override bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

        /// <summary>Lets the caller go, unless the work has begun: then it runs to its end and the caller learns how it came out.</summary>
        public void Cancel(CancellationToken cancellationToken)
        {
            if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
            {
                _completion.TrySetCanceled(cancellationToken);
            }
        }

        public override async Task RunAsync(IWriteUnit unit) => _result = await work(unit);

        public override void Complete() => _completion.TrySetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
