using Bench.Fleet;

namespace Bench.Goals;

/// <summary>G18: what the search index takes on the disk, a device.</summary>
internal static class IndexSize
{
    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        var reference = BytesADevice(fleet.ReferenceDatabase, fleet.Devices).Where(part => part.IsTrigram).Sum(part => part.Bytes);
        var ours = BytesADevice(fleet.PortalDatabase, fleet.Devices);
        setting.Report.AtMost("G18", "trigram index", "bytes a device", ours.Where(part => part.IsTrigram).Sum(part => part.Bytes), reference,
            bar: 220, moonshot: 75);
        foreach (var (name, _, bytes) in ours.Where(part => part.Bytes >= 1).OrderByDescending(part => part.Bytes))
        {
            setting.Report.Info("G18", name, "bytes a device", bytes);
        }
    }

    private static List<(string Name, bool IsTrigram, double Bytes)> BytesADevice(string database, int devices)
    {
        Sqlite.Checkpoint(database);
        using var connection = Sqlite.Open(database);
        using var pages = new SqlitePages(database);
        using var command = connection.CreateCommand();

        // An FTS5 table keeps its index in tables named after it: _data, _idx, _config, _docsize, _content.
        command.CommandText = """
            SELECT s.name, s.rootpage,
              EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%fts5%' AND s.tbl_name LIKE replace(v.name, '_', '\_') || '\_%' ESCAPE '\')
            FROM sqlite_master s WHERE s.rootpage > 0
            """;
        using var reader = command.ExecuteReader();
        var parts = new List<(string, bool, double)>();
        while (reader.Read())
        {
            parts.Add((reader.GetString(0), reader.GetBoolean(2), (double)pages.BytesOf(reader.GetInt64(1)) / devices));
        }

        return parts;
    }
}
