using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Organizations;
using Portal.Core.Products;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// Records of devices on SQLite. On connections of their own: what programs search for may take as long as a call may, and
/// the pages do not wait for it.
/// </summary>
internal sealed class SqliteDeviceRecords(IOptions<DatabaseOptions> options) : IDeviceRecordReader, IDisposable
{
    private const string Columns = """
        SELECT d.asset_id, d.product_id, d.device_key, d.name, d.name_zh, d.name_en, d.description, d.time_zone, d.attributes, d.tags, d.status,
            d.version, d.credential_version, d.created_at, d.activated_at, d.last_online_at, d.last_offline_at
        """;

    private readonly SqliteReadPool _pool = new(options);

    public Task<DeviceRecordPage> PageAsync(DeviceRecordSearch search, long skip, int limit, CancellationToken cancellationToken) =>
        _pool.ReadAsync(reader => Page(reader, search, skip, limit), cancellationToken);

    public DeviceRecord? Find(DeviceRecordSearch search, AssetSelector selector) =>
        _pool.ReadHere(reader => Find(reader, search, selector));

    public void Dispose() => _pool.Dispose();

    private static DeviceRecordPage Page(SqliteReader reader, DeviceRecordSearch search, long skip, int limit)
    {
        var products = new Lazy<Dictionary<long, Product>>(() => Products(reader, search.OrganizationNumber));
        var (rowNumbers, total) = new DevicePager(reader, search, new DeviceFilterConditions(products)).Find(skip, limit);
        var records = new List<DeviceRecord>(rowNumbers.Count);
        using var rows = reader.Query(
            Columns + " FROM json_each(@p0) j CROSS JOIN devices d ON d.id = j.value ORDER BY j.key", [JsonSerializer.Serialize(rowNumbers)]);
        while (rows.Read())
        {
            records.Add(Read(rows, search, products.Value));
        }

        return new DeviceRecordPage(records, total);
    }

    private static DeviceRecord? Find(SqliteReader reader, DeviceRecordSearch search, AssetSelector selector)
    {
        var products = Products(reader, search.OrganizationNumber);
        if (selector.AssetId is { } assetId)
        {
            using var row = reader.Query(
                Columns + " FROM devices d WHERE d.asset_id = @p0 AND d.organization_number = @p1", [assetId, search.OrganizationNumber]);
            return row.Read() ? Read(row, search, products) : null;
        }

        if (products.Values.FirstOrDefault(product => product.ProductKey == selector.ProductKey) is not { } product)
        {
            return null;
        }

        using var found = reader.Query(Columns + " FROM devices d WHERE d.product_id = @p0 AND d.device_key = @p1", [product.Id, selector.DeviceKey!]);
        return found.Read() ? Read(found, search, products) : null;
    }

    private static DeviceRecord Read(SqliteDataReader row, DeviceRecordSearch search, Dictionary<long, Product> products)
    {
        var product = products[row.GetInt64(1)];
        return new DeviceRecord(
            search.OrganizationId, row.GetString(0), product.ModelId, product.ProductKey, product.Name, product.NameZh, product.NameEn, product.Type,
            row.GetString(2), row.GetString(3), Text(row, 4), Text(row, 5), Text(row, 6), row.GetString(7), Text(row, 8), Text(row, 9),
            (DeviceStatus)row.GetInt32(10), row.GetInt32(11), row.GetInt32(12), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(13)),
            Instant(row, 14), Instant(row, 15), Instant(row, 16));
    }

    /// <summary>The products of an organization by number, with what only a record shows.</summary>
    internal static Dictionary<long, Product> Products(SqliteReader reader, long organizationNumber) =>
        reader.Keep(organizationNumber, () => new RecordProducts(ReadProducts(reader, organizationNumber)))!.ById;

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

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>Kept apart from the products of the search box, which needs less of them.</summary>
    private sealed record RecordProducts(Dictionary<long, Product> ById);
}
