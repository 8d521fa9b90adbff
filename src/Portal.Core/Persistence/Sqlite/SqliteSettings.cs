using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>How the portal opens SQLite.</summary>
internal static class SqliteSettings
{
    /// <summary>How long a statement waits for another process's lock before the write is given up.</summary>
    public const int BusyTimeoutInSeconds = 10;

    /// <summary>
    /// A commit that makes the log longer than this (40 MiB) also moves it into the database, and whoever waits for that commit waits for
    /// that. The log of a replacement is a dozen pages scattered over the file, and pages that many of them change are moved once:
    /// ten times SQLite's own figure is a third more replacements in a second. In quiet moments the log is moved without anybody waiting.
    /// </summary>
    private const int LogPagesBeforeCheckpoint = 10_000;

    private static readonly Lazy<Task> s_warmUp = new(() => Task.Run(() =>
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        using var db = CreateContext(connection);
        return db.Organizations.AsNoTracking().Where(organization => organization.OrganizationId == "").Select(organization => organization.Name).ToQueryString();
    }));

    /// <summary>Makes, on another core and once in a process, what the first query would wait for: the parts of EF Core that translate a query.</summary>
    public static void WarmUp() => _ = s_warmUp.Value;

    public static string ConnectionString(string configured) => new SqliteConnectionStringBuilder(configured)
    {
        ForeignKeys = true,
        DefaultTimeout = BusyTimeoutInSeconds,
    }.ToString();

    public static void CreateFolder(string connectionString)
    {
        var source = new SqliteConnectionStringBuilder(connectionString);
        if (source.Mode != SqliteOpenMode.Memory && source.DataSource is not ("" or ":memory:"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(source.DataSource))!);
        }
    }

    public static void Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseSqlite(connectionString).UseSnakeCaseNamingConvention();

    /// <summary>For the writer.</summary>
    public static PortalDbContext CreateContext(SqliteConnection connection)
    {
        var db = new PortalDbContext(new DbContextOptionsBuilder<PortalDbContext>().UseSqlite(connection).UseSnakeCaseNamingConvention()
            .AddInterceptors(new PreparedStatements()).Options);

        // The writer has a transaction of its own, and savepoints in it.
        db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return db;
    }

    /// <summary>Moves what is committed from the log into the database, as far as nobody reads it.</summary>
    public static void Checkpoint(string connectionString)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(connectionString) { Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        command.ExecuteNonQuery();
    }

    public static SqliteConnection OpenWriter(string connectionString)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();

            // FULL: an answered change survives a power cut. secure_delete: an overwritten secret leaves no copy in free pages.
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                + $"PRAGMA wal_autocheckpoint={LogPagesBeforeCheckpoint};";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
