using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>What a walk found, before what only some devices have was looked up.</summary>
internal readonly record struct FoundDevice(DevicePlace Place, DeviceRow Row, bool HasHistory, string? FormerText);

/// <summary>Reads what a list shows of devices, in the statement that finds them.</summary>
internal sealed class DeviceRows(SqliteReader reader, DeviceSearch search, Lazy<Dictionary<long, Product>> products)
{
    public const string Columns = """
        d.asset_id, d.device_key, d.name, d.name_zh, d.product_id, d.status, d.version, d.created_at, d.last_online_at, d.last_offline_at,
            d.credential_version, d.former_keys
        """;

    private const string History = "SELECT kind, state, at FROM replacements WHERE device_id = @p0 ORDER BY id DESC";

    /// <summary>One device as a list shows it that was not searched for; nothing if the organization has none of this ID.</summary>
    public static DeviceRow? Find(SqliteReader reader, long organizationNumber, string assetId)
    {
        var rows = new DeviceRows(reader, new DeviceSearch(organizationNumber, new Filter<DeviceField>.All([])), new(() => Products(reader, organizationNumber)));
        FoundDevice found;
        using (var row = reader.Query($"SELECT d.id, {Columns} FROM devices d WHERE d.asset_id = @p0 AND d.organization_number = @p1", [assetId, organizationNumber]))
        {
            if (!row.Read())
            {
                return null;
            }

            found = rows.Read(new DevicePlace(0, null, row.GetInt64(0)), row, first: 1);
        }

        return rows.Complete([found])[0];
    }

    /// <summary>Reads <see cref="Columns"/> that begin at <paramref name="first"/>.</summary>
    public FoundDevice Read(DevicePlace place, SqliteDataReader rows, int first)
    {
        var product = products.Value[rows.GetInt64(first + 4)];
        var row = new DeviceRow(
            rows.GetString(first), rows.GetString(first + 1), rows.GetString(first + 2), Text(rows, first + 3),
            product.ProductKey, product.Name, product.NameZh, (DeviceStatus)rows.GetInt32(first + 5), rows.GetInt32(first + 6),
            DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(first + 7)), Later(Instant(rows, first + 8), Instant(rows, first + 9)), null, false, null);

        // Each change of the credential is one more generation: the first one has no history.
        return new FoundDevice(place, row, rows.GetInt32(first + 10) > 1, rows.IsDBNull(first + 11) ? null : FormerText(row, rows.GetString(first + 11)));
    }

    /// <summary>The rows with what only some of them have.</summary>
    public IReadOnlyList<DeviceRow> Complete(IReadOnlyList<FoundDevice> found)
    {
        var complete = new DeviceRow[found.Count];
        for (var i = 0; i < complete.Length; i++)
        {
            var (place, row, hasHistory, formerText) = found[i];
            row = hasHistory ? WithHistory(row, place.RowNumber) : row;
            complete[i] = formerText is null ? row : row with { FormerKey = FindFormer(place.RowNumber, formerText) };
        }

        return complete;
    }

    private DeviceRow WithHistory(DeviceRow row, long rowNumber)
    {
        ReplacementState? latest = null;
        using var changes = reader.Query(History, [rowNumber]);
        while (changes.Read())
        {
            latest ??= (ReplacementState)changes.GetInt32(1);
            if ((ReplacementKind)changes.GetInt32(0) == ReplacementKind.Replacement)
            {
                row = row with { ReplacedAt = Instant(changes, 2) };
                break;
            }
        }

        return row with { IsAwaitingHardware = latest == ReplacementState.AwaitingHardware };
    }

    /// <summary>The products of an organization by number.</summary>
    public static Dictionary<long, Product> Products(SqliteReader reader, long organizationNumber) =>
        reader.Keep(organizationNumber, () => ReadProducts(reader, organizationNumber))!;

    private static Dictionary<long, Product> ReadProducts(SqliteReader reader, long organizationNumber)
    {
        var products = new Dictionary<long, Product>();
        using var rows = reader.Query("SELECT id, product_key, name, name_zh, name_en, type, model_id FROM products WHERE organization_number = @p0", [organizationNumber]);
        while (rows.Read())
        {
            var product = new Product
            {
                Id = rows.GetInt64(0),
                OrganizationNumber = organizationNumber,
                ProductKey = rows.GetString(1),
                Name = rows.GetString(2),
                NameZh = Text(rows, 3),
                NameEn = Text(rows, 4),
                Type = (ProductType)rows.GetInt32(5),
                ModelId = rows.GetString(6),
            };
            products.Add(product.Id, product);
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

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static DateTimeOffset? Instant(SqliteDataReader rows, int column) =>
        rows.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(column));

    private static DateTimeOffset? Later(DateTimeOffset? first, DateTimeOffset? second) => first is null || second > first ? second ?? first : first;

    /// <summary>The text by which a row was found among its former keys, if that is how it was found.</summary>
    private string? FormerText(DeviceRow row, string formerKeys) => search.Comparisons
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
