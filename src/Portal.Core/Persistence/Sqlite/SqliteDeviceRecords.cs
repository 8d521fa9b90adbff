using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
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

    public Task<DeviceRecordPage> PageAsync(DeviceSearch search, string organizationId, long skip, int limit, CancellationToken cancellationToken) =>
        _pool.ReadAsync(reader => Page(reader, search, organizationId, skip, limit), cancellationToken);

    public DeviceRecord? Find(OrganizationAccess organization, AssetSelector selector) =>
        _pool.ReadHere(reader => Find(reader, organization, selector));

    public void Dispose() => _pool.Dispose();

    private static DeviceRecordPage Page(SqliteReader reader, DeviceSearch search, string organizationId, long skip, int limit)
    {
        var products = new Lazy<Dictionary<long, Product>>(() => DeviceRows.Products(reader, search.OrganizationNumber));
        var (rowNumbers, total) = new DevicePager(reader, search, new DeviceConditions(search, products)).Find(skip, limit);
        var records = new List<DeviceRecord>(rowNumbers.Count);
        using var rows = reader.Query(
            Columns + " FROM json_each(@p0) j CROSS JOIN devices d ON d.id = j.value ORDER BY j.key", [JsonSerializer.Serialize(rowNumbers)]);
        while (rows.Read())
        {
            records.Add(Read(rows, organizationId, products.Value));
        }

        return new DeviceRecordPage(records, total);
    }

    private static DeviceRecord? Find(SqliteReader reader, OrganizationAccess organization, AssetSelector selector)
    {
        var products = DeviceRows.Products(reader, organization.Number);
        if (selector.AssetId is { } assetId)
        {
            using var row = reader.Query(
                Columns + " FROM devices d WHERE d.asset_id = @p0 AND d.organization_number = @p1", [assetId, organization.Number]);
            return row.Read() ? Read(row, organization.OrganizationId, products) : null;
        }

        if (products.Values.FirstOrDefault(product => product.ProductKey == selector.ProductKey) is not { } product)
        {
            return null;
        }

        using var found = reader.Query(Columns + " FROM devices d WHERE d.product_id = @p0 AND d.device_key = @p1", [product.Id, selector.DeviceKey!]);
        return found.Read() ? Read(found, organization.OrganizationId, products) : null;
    }

    private static DeviceRecord Read(SqliteDataReader row, string organizationId, Dictionary<long, Product> products)
    {
        var product = products[row.GetInt64(1)];
        return new DeviceRecord(
            organizationId, row.GetString(0), product.ModelId, product.ProductKey, product.Name, product.NameZh, product.NameEn, product.Type,
            row.GetString(2), row.GetString(3), Text(row, 4), Text(row, 5), Text(row, 6), row.GetString(7), Text(row, 8), Text(row, 9),
            (DeviceStatus)row.GetInt32(10), row.GetInt32(11), row.GetInt32(12), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(13)),
            Instant(row, 14), Instant(row, 15), Instant(row, 16));
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
