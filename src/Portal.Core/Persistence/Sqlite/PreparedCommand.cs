using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// A statement of the writer that stays prepared, run past the commands of ADO.NET: for a statement that takes SQLite three microseconds
/// they take as long again.
/// </summary>
/// <remarks>
/// For one connection, by one thread at a time. It waits for no lock by itself: the writer has it, and a read connection leaves that to SQLite.
/// </remarks>
internal sealed class PreparedCommand : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <param name="text">One statement; its parameters are given in the order of their first mention.</param>
    public PreparedCommand(SqliteConnection connection, string text)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, text, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <returns>How many rows it changed.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        using var row = Read(values);
        while (row.Next())
        {
            // A statement that changes is not asked for rows.
        }

        return raw.sqlite3_changes(_database);
    }

    /// <returns>The number of the row that it inserted. Asking for it by <c>RETURNING</c> makes SQLite keep a table of its own for the answer.</returns>
    public long RunInsert(params ReadOnlySpan<object?> values)
    {
        Run(values);
        return raw.sqlite3_last_insert_rowid(_database);
    }

    /// <summary>Rows of the statement, one at a time; dispose it before the statement is run again.</summary>
    public Rows Read(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(i + 1, values[i]));
        }

        return new Rows(this);
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null or DBNull => raw.sqlite3_bind_null(_statement, place),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        int number => raw.sqlite3_bind_int64(_statement, place, number),
        bool flag => raw.sqlite3_bind_int64(_statement, place, flag ? 1 : 0),
        string text => raw.sqlite3_bind_text(_statement, place, text),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        double number => raw.sqlite3_bind_double(_statement, place, number),
        Guid id => raw.sqlite3_bind_text(_statement, place, id.ToString().ToUpperInvariant()), // as Microsoft.Data.Sqlite stores it
        _ => throw new NotSupportedException($"A {value.GetType().Name} cannot be written."),
    };

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);

    internal readonly ref struct Rows(PreparedCommand command)
    {
        public bool Next()
        {
            var code = raw.sqlite3_step(command._statement);
            if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            {
                command.Check(code);
            }

            return code == raw.SQLITE_ROW;
        }

        public long Number(int column) => raw.sqlite3_column_int64(command._statement, column);

        public string Text(int column) => raw.sqlite3_column_text(command._statement, column).utf8_to_string();

        public bool Flag(int column) => Number(column) != 0;

        public bool IsNull(int column) => raw.sqlite3_column_type(command._statement, column) == raw.SQLITE_NULL;

        /// <param name="type">As it is stored: a number, a truth value, text, bytes or a <see cref="Guid"/>.</param>
        public object Value(int column, Type type) =>
            type == typeof(string) ? Text(column)
            : type == typeof(long) ? Number(column)
            : type == typeof(int) ? (int)Number(column)
            : type == typeof(bool) ? Flag(column)
            : type == typeof(byte[]) ? Bytes(column)
            : type == typeof(Guid) ? Guid.Parse(Text(column))
            : throw new NotSupportedException($"A {type.Name} cannot be read.");

        public byte[] Bytes(int column) => raw.sqlite3_column_blob(command._statement, column).ToArray();

        /// <summary>What is bound is let go too: it may be long, or nobody else's business.</summary>
        public void Dispose()
        {
            _ = raw.sqlite3_reset(command._statement);
            _ = raw.sqlite3_clear_bindings(command._statement);
        }
    }
}
