using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Loads with indexes and triggers of <c>devices</c> set aside; each is made again in one sorted pass.</summary>
internal sealed class SqliteBulkLoad(IOptions<DatabaseOptions> options) : IBulkLoad
{
    private const int ChunkSize = 50_000;

    public Task LoadDevicesAsync<T>(
        IEnumerable<T> devices, Func<DbConnection, DbTransaction, (Action<T> Write, IDisposable Writer)> open, Action<string, long> report,
        CancellationToken cancellationToken) => Task.Run(() =>
        {
            using var connection = SqliteSettings.OpenWriter(SqliteSettings.ConnectionString(options.Value.ConnectionString));

            // A load that was cut short is begun anew in a new file: it need not survive a power cut half done.
            Execute(connection, "PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA threads=2; PRAGMA wal_autocheckpoint=20000; PRAGMA secure_delete=OFF;");
            var aside = SetAside(connection);
            var written = 0L;
            foreach (var chunk in devices.Chunk(ChunkSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var transaction = connection.BeginTransaction(deferred: false);
                var (write, writer) = open(connection, transaction);
                using (writer)
                {
                    foreach (var device in chunk)
                    {
                        write(device);
                    }
                }

                transaction.Commit();
                written += chunk.Length;
                report("devices", written);
            }

            foreach (var (name, sql) in aside)
            {
                cancellationToken.ThrowIfCancellationRequested();
                report(name, written);
                Execute(connection, sql);
            }

            report("device_search", written);
            Execute(connection, SearchSchema.Rebuild);
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        }, cancellationToken);

    /// <summary>Drops indexes and triggers of the table.</summary>
    /// <returns>What makes them again.</returns>
    private static List<(string Name, string Sql)> SetAside(SqliteConnection connection)
    {
        var aside = new List<(string Name, string Sql)>();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'devices' AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type";
        using (var rows = command.ExecuteReader())
        {
            var drops = new List<string>();
            while (rows.Read())
            {
                drops.Add($"DROP {rows.GetString(0)} \"{rows.GetString(1)}\"");
                aside.Add((rows.GetString(1), rows.GetString(2)));
            }

            rows.Close();
            drops.ForEach(drop => Execute(connection, drop));
        }

        return aside;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
