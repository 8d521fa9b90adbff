using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Products;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Reads what a list shows of devices that a search has found.</summary>
internal sealed class DeviceRows(SqliteReader reader, DeviceSearch search)
{
    private const string Select = """
        SELECT d.asset_id, d.device_key, d.name, d.name_zh, p.product_key, p.name, p.name_zh, d.status, d.version, d.created_at,
            nullif(max(coalesce(d.last_online_at, 0), coalesce(d.last_offline_at, 0)), 0),
            (SELECT r.at FROM replacements r WHERE r.device_id = d.id AND r.kind = 0 ORDER BY r.id DESC LIMIT 1),
            (SELECT r.state FROM replacements r WHERE r.device_id = d.id ORDER BY r.id DESC LIMIT 1),
            d.former_keys, d.id
        FROM json_each(@p0) j CROSS JOIN devices d ON d.id = j.value JOIN products p ON p.id = d.product_id
        ORDER BY j.key
        """;

    /// <summary>Rows in the order of the numbers.</summary>
    public IReadOnlyList<DeviceRow> Read(IReadOnlyList<long> rowNumbers)
    {
        var found = new List<(DeviceRow Row, long RowNumber, string? FormerText)>(rowNumbers.Count);
        if (rowNumbers.Count == 0)
        {
            return [];
        }

        using (var rows = reader.Query(Select, [JsonSerializer.Serialize(rowNumbers)]))
        {
            while (rows.Read())
            {
                var row = Read(rows);
                found.Add((row, rows.GetInt64(14), rows.IsDBNull(13) ? null : FormerText(row, rows.GetString(13))));
            }
        }

        return found.ConvertAll(device => device.FormerText is null
            ? device.Row
            : device.Row with { FormerKey = FindFormer(device.RowNumber, device.FormerText) });
    }

    public static List<Product> Products(SqliteReader reader, long organizationNumber)
    {
        var products = new List<Product>();
        using var rows = reader.Query("SELECT id, product_key, name, name_zh, model_id FROM products WHERE organization_number = @p0", [organizationNumber]);
        while (rows.Read())
        {
            products.Add(new Product
            {
                Id = rows.GetInt64(0),
                OrganizationNumber = organizationNumber,
                ProductKey = rows.GetString(1),
                Name = rows.GetString(2),
                NameZh = Text(rows, 3),
                ModelId = rows.GetString(4),
            });
        }

        return products;
    }

    public static IReadOnlyList<DeviceMatch> Matches(SqliteReader reader, IEnumerable<long> rowNumbers)
    {
        var matches = new List<DeviceMatch>();
        using var rows = reader.Query(
            "SELECT d.asset_id, d.version FROM json_each(@p0) j CROSS JOIN devices d ON d.id = j.value ORDER BY j.key", [JsonSerializer.Serialize(rowNumbers)]);
        while (rows.Read())
        {
            matches.Add(new DeviceMatch(rows.GetString(0), rows.GetInt32(1)));
        }

        return matches;
    }

    private static DeviceRow Read(SqliteDataReader rows) => new(
        rows.GetString(0), rows.GetString(1), rows.GetString(2), Text(rows, 3), rows.GetString(4), rows.GetString(5), Text(rows, 6),
        (DeviceStatus)rows.GetInt32(7), rows.GetInt32(8), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(9)), Instant(rows, 10), Instant(rows, 11),
        !rows.IsDBNull(12) && rows.GetInt64(12) == 0, null);

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static DateTimeOffset? Instant(SqliteDataReader rows, int column) =>
        rows.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(column));

    /// <summary>The text by which a row was found among its former keys, if that is how it was found.</summary>
    private string? FormerText(DeviceRow row, string formerKeys) => search.Terms
        .Where(term => term.Field is DeviceField.Former or DeviceField.Text)
        .SelectMany(term => term.Values.Select(text => (term.Field, Text: text)))
        .FirstOrDefault(term => formerKeys.Contains(term.Text, StringComparison.OrdinalIgnoreCase)
            && (term.Field == DeviceField.Former || !Present(row).Any(text => text.Contains(term.Text, StringComparison.OrdinalIgnoreCase)))).Text;

    private static IEnumerable<string> Present(DeviceRow row) => [row.AssetId, row.DeviceKey, row.Name, row.NameZh ?? ""];

    private FormerKey? FindFormer(long rowNumber, string text)
    {
        using var rows = reader.Query(
            "SELECT old_device_key, at FROM replacements WHERE device_id = @p0 AND kind = 0 AND instr(lower(old_device_key), @p1) ORDER BY id DESC LIMIT 1",
            [rowNumber, DeviceConditions.Fold(text)]);
        return rows.Read() ? new FormerKey(rows.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(1))) : null;
    }
}
