using Bench.Fleet;
using Microsoft.Data.Sqlite;

namespace Bench.References;

/// <summary>The reference server's search statement, without the server.</summary>
internal sealed class RawSearch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly SqliteParameter _pattern;

    public RawSearch(string referenceDatabase)
    {
        _connection = Sqlite.Open(referenceDatabase, cacheMiB: 256);
        _command = _connection.CreateCommand();
        _command.CommandText = """
            SELECT d.id, d.asset_id, d.name, d.product_key, d.device_key, d.org_id, d.status, d.updated_at
            FROM fts_full f JOIN devices d ON d.id = f.rowid WHERE fts_full MATCH $p ORDER BY f.rowid LIMIT 25
            """;
        _pattern = _command.Parameters.Add("$p", SqliteType.Text);
    }

    /// <summary>Asset IDs of the first 25 devices that hold the text.</summary>
    public List<string> Search(string text)
    {
        _pattern.Value = "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        var found = new List<string>(25);
        using var reader = _command.ExecuteReader();
        while (reader.Read())
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                _ = reader.GetValue(i);
            }

            found.Add(reader.GetString(1));
        }

        return found;
    }

    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }
}
