using Microsoft.Data.Sqlite;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>A read connection that keeps its statements prepared.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const int MaxStatements = 200;
    private const int MaxKept = 1_000;
    private const int Interrupted = 9;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PreparedCommand> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<(Type, object), object> _kept = [];
    private long _keptVersion;

    public SqliteReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        Execute($"PRAGMA query_only=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout={SqliteSettings.BusyTimeoutInSeconds * 1000};");
    }

    /// <summary>Runs <paramref name="read"/> in one read transaction.</summary>
    public T Run<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        // Disposing waits for a running callback, so an interrupt never meets the next search on this connection.
        using var interrupt = cancellationToken.UnsafeRegister(
            static state => SQLitePCL.raw.sqlite3_interrupt(((SqliteReader)state!)._connection.Handle), this);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            MakeRoom();
            Execute("BEGIN");
            return read(this);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == Interrupted)
        {
            throw new OperationCanceledException("The search was superseded.", exception, cancellationToken);
        }
        finally
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            {
                Execute("ROLLBACK");
            }
        }
    }

    /// <summary>Parameters are <c>@p0</c>, <c>@p1</c>, … in the order of <paramref name="values"/>.</summary>
    public SqliteDataReader Query(string sql, IReadOnlyList<object> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = Prepare(sql, values.Count);
        }

        for (var i = 0; i < values.Count; i++)
        {
            statement.Parameters[i].Value = values[i];
        }

        return statement.ExecuteReader();
    }

    /// <summary>A statement of ours that is asked for all the time: kept as long as the connection, and past ADO.NET, which takes as long as SQLite.</summary>
    public PreparedCommand Prepared(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared[sql] = command = new PreparedCommand(_connection, sql);
        }

        return command;
    }

    /// <summary>As <see cref="Query"/> for a text of somebody's own making: keeping it would push out those that come again.</summary>
    public void QueryOnce(string sql, IReadOnlyList<object> values, Action<SqliteDataReader> read)
    {
        using var statement = _connection.CreateCommand();
        statement.CommandText = sql;
        for (var i = 0; i < values.Count; i++)
        {
            statement.Parameters.Add(new SqliteParameter($"@p{i}", values[i]));
        }

        using var reader = statement.ExecuteReader();
        read(reader);
    }

    public long Number(string sql, params IReadOnlyList<object> values)
    {
        using var reader = Query(sql, values);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : 0;
    }

    /// <summary>What <paramref name="read"/> gives, read once until another connection changes the database; nothing is not kept.</summary>
    /// <param name="key">Tells it from others of its type.</param>
    public T? Keep<T>(object key, Func<T?> read) where T : class
    {
        long version;
        using (var row = Prepared("PRAGMA data_version").Read())
        {
            row.Next();
            version = row.Number(0);
        }

        if (version != _keptVersion || _kept.Count >= MaxKept)
        {
            _kept.Clear();
            _keptVersion = version;
        }

        if (_kept.TryGetValue((typeof(T), key), out var kept))
        {
            return (T)kept;
        }

        var found = read();
        if (found is not null)
        {
            _kept[(typeof(T), key)] = found;
        }

        return found;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        DropStatements();
        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var statement = _connection.CreateCommand();
        statement.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            statement.Parameters.Add(new SqliteParameter($"@p{i}", null));
        }

        return _statements[sql] = statement;
    }

    private void Execute(string sql)
    {
        using var reader = Query(sql, []);
    }

    /// <summary>Before a read begins: inside of it, some may have rows left to give.</summary>
    private void MakeRoom()
    {
        if (_statements.Count >= MaxStatements)
        {
            DropStatements();
        }
    }

    private void DropStatements()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }
}
