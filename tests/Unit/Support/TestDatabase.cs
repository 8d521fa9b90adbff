using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Core.Persistence;
using Portal.Core.Persistence.Sqlite;

namespace Unit.Support;

/// <summary>A database file of its own with the real schema, gone after the test. The schema is made once and copied.</summary>
internal sealed class TestDatabase : IDisposable
{
    private static readonly Lazy<Task<byte[]>> s_schema = new(CreateSchemaAsync);

    private readonly DirectoryInfo _folder;

    private TestDatabase(DirectoryInfo folder) => _folder = folder;

    /// <summary>For files that belong to the test, such as a key file.</summary>
    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(Folder, "portal.db");

    public string ConnectionString => $"Data Source={Path}";

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase(Directory.CreateTempSubdirectory("portal-test-"));
        await File.WriteAllBytesAsync(database.Path, await s_schema.Value);
        return database;
    }

    /// <summary>One that another process made and will remove.</summary>
    public static TestDatabase At(string folder) => new(new DirectoryInfo(folder));

    /// <summary>A folder in which no database was made yet.</summary>
    public static TestDatabase CreateWithoutSchema() => new(Directory.CreateTempSubdirectory("portal-test-"));

    /// <summary>A plain connection, to look at or to spoil what the portal would never show or write.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        return connection;
    }

    public T Scalar<T>(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    public int Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _folder.Delete(recursive: true);
    }

    private static async Task<byte[]> CreateSchemaAsync()
    {
        using var database = CreateWithoutSchema();
        var options = Options.Create(new DatabaseOptions { ConnectionString = database.ConnectionString });
        await using (var sqlite = new SqliteDatabase(options, NullLogger<SqliteDatabase>.Instance))
        {
            await sqlite.MigrateAsync();
        }

        // The write-ahead log was folded in when the last connection closed.
        return await File.ReadAllBytesAsync(database.Path);
    }
}
