using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Bench.Fleet;

internal static class Sqlite
{
    public static SqliteConnection Open(string database, int cacheMiB = 64)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        Execute(connection, $"PRAGMA cache_size=-{cacheMiB * 1024}; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=10000;");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    public static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>Moves everything from the log into the file, so that the file alone is the database.</summary>
    public static void Checkpoint(string database)
    {
        using var connection = Open(database);
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
