using Microsoft.Data.Sqlite;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>A statement of the writer that stays prepared. For one connection, by one thread at a time.</summary>
internal sealed class PreparedCommand
{
    private readonly SqliteCommand _command;

    /// <param name="parameters">Names, in the order in which their values are given.</param>
    public PreparedCommand(SqliteConnection connection, string text, params ReadOnlySpan<string> parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = text;
        foreach (var name in parameters)
        {
            _command.Parameters.Add(new SqliteParameter(name, null));
        }
    }

    /// <returns>How many rows it changed.</returns>
    public int Run(SqliteTransaction transaction, params ReadOnlySpan<object?> values) => With(transaction, values).ExecuteNonQuery();

    public SqliteDataReader Read(SqliteTransaction transaction, params ReadOnlySpan<object?> values) => With(transaction, values).ExecuteReader();

    private SqliteCommand With(SqliteTransaction transaction, ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        _command.Transaction = transaction;
        return _command;
    }
}
