using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Loads with indexes and triggers of <c>devices</c> set aside; each is made again in one sorted pass.</summary>
internal sealed class SqliteBulkLoad(IOptions<DatabaseOptions> options) : IBulkLoad
{
    private const int ChunkSize = 50_000;
    private const int SearchChunkSize = 100_000;
    private const string TotalChanges = "SELECT total_changes()";

    /// <summary>Devices that are made while others are written: enough that neither waits, few enough that they need no memory.</summary>
    private const int HandoverSize = 2_000;
    private const int HandoversAhead = 8;

    public Task LoadDevicesAsync<T>(
        IEnumerable<T> devices, Func<DbConnection, (Action<T> Write, IDisposable Writer)> open, Action<string, long> report,
        CancellationToken cancellationToken) => Task.Run(() =>
        {
            using var connection = SqliteSettings.OpenWriter(SqliteSettings.ConnectionString(options.Value.ConnectionString));

            // A load that was cut short is begun anew in a new file: it need not survive a power cut half done.
            Execute(connection, "PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA threads=2; PRAGMA wal_autocheckpoint=20000; PRAGMA secure_delete=OFF;");
            var aside = SetAside(connection);
            var written = 0L;
            foreach (var chunk in MadeAhead(devices, cancellationToken).Chunk(ChunkSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var transaction = connection.BeginTransaction(deferred: false);
                var (write, writer) = open(connection);
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

            FillSearch(connection, report, cancellationToken);
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        }, cancellationToken);

    /// <summary>The same devices, made on another thread, a few ahead of the one that writes them.</summary>
    private static IEnumerable<T> MadeAhead<T>(IEnumerable<T> devices, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var made = new BlockingCollection<T[]>(HandoversAhead);
        var making = Task.Run(
            () =>
            {
                try
                {
                    foreach (var handover in devices.Chunk(HandoverSize))
                    {
                        made.Add(handover, stop.Token);
                    }
                }
                finally
                {
                    made.CompleteAdding();
                }
            },
            CancellationToken.None);
        try
        {
            foreach (var device in made.GetConsumingEnumerable(cancellationToken).SelectMany(handover => handover))
            {
                yield return device;
            }

            making.GetAwaiter().GetResult();
        }
        finally
        {
            // Whoever stops reading, for whatever reason, stops the making too.
            stop.Cancel();
            Task.WaitAny([making], CancellationToken.None);
        }
    }

    /// <summary>Makes the trigram index in pieces, so that it can be watched and stopped, and its memory and log stay small.</summary>
    private static void FillSearch(SqliteConnection connection, Action<string, long> report, CancellationToken cancellationToken)
    {
        Execute(connection, SearchSchema.BeginFilling);
        var (after, filled) = (0L, 0L);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var last = Number(connection, $"SELECT max(id) FROM (SELECT id FROM devices WHERE id > {after} ORDER BY id LIMIT {SearchChunkSize})");
            if (last == 0)
            {
                break;
            }

            filled += Execute(connection, SearchSchema.Fill(after, last));
            after = last;
            report("device_search", filled);
        }

        report("device_search merge", filled);
        long before, changed;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            before = Number(connection, TotalChanges);
            Execute(connection, SearchSchema.Merge);
            changed = Number(connection, TotalChanges) - before;
        }
        while (changed >= SearchSchema.ChangesOfAMerge);

        Execute(connection, SearchSchema.EndFilling);
    }

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

    private static int Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }
}
