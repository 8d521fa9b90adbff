using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Devices that knock, by one prepared statement for each question.</summary>
internal sealed class SqliteConnectionFacts(IOptions<DatabaseOptions> options) : IConnectionFacts, IDisposable
{
    private const string Select = """
        SELECT d.id, d.organization_number, d.asset_id, d.status, d.activated_at IS NOT NULL, p.type, d.credential_version, d.credential_key_id, d.credential_sealed,
            p.allows_sha1, p.allows_activation, p.secret_version, p.secret_key_id, p.secret_sealed,
            d.credential_version = 1 OR EXISTS (SELECT 1 FROM replacements r WHERE r.device_id = d.id AND r.credential_version = d.credential_version AND r.allows_activation)
        FROM products p JOIN devices d ON d.product_id = p.id AND d.device_key = @p1
        WHERE p.product_key = @p0
        """;

    private static readonly string s_selectFormer = $"""
        SELECT d.id, d.organization_number, d.asset_id
        FROM products p JOIN replacements r ON r.product_id = p.id AND r.old_device_key = @p1 AND r.kind = {(int)ReplacementKind.Replacement}
            JOIN devices d ON d.id = r.device_id AND d.asset_id = r.asset_id
        WHERE p.product_key = @p0
        ORDER BY r.at DESC
        LIMIT 1
        """;

    private readonly SqliteReadPool _pool = new(options);

    public ConnectingDevice? Find(string productKey, string deviceKey) => _pool.ReadHere(reader =>
    {
        using var row = reader.Query(Select, [productKey, deviceKey]);
        return row.Read() ? Read(row, productKey, deviceKey) : null;
    });

    public FormerDevice? FindFormer(string productKey, string deviceKey) => _pool.ReadHere(reader =>
    {
        using var row = reader.Query(s_selectFormer, [productKey, deviceKey]);
        return row.Read() ? new FormerDevice(row.GetInt64(0), row.GetInt64(1), row.GetString(2)) : null;
    });

    public void Dispose() => _pool.Dispose();

    private static ConnectingDevice Read(SqliteDataReader row, string productKey, string deviceKey) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), productKey, deviceKey, (DeviceStatus)row.GetInt32(3), row.GetBoolean(4),
        (ProductType)row.GetInt32(5) == ProductType.Gateway, row.GetInt32(6), row.GetString(7), row.GetFieldValue<byte[]>(8), row.GetBoolean(9), row.GetBoolean(10),
        row.GetBoolean(14), row.IsDBNull(11) ? null : new SealedProductSecret(row.GetInt32(11), row.GetString(12), row.GetFieldValue<byte[]>(13)));
}
