using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Devices that knock, by one prepared statement for each question.</summary>
internal sealed class SqliteConnectionFacts(SqliteFactsPool pool) : IConnectionFacts
{
    /// <summary>Of a device with the secret that it was created with, nothing is looked up beside it: most of a fleet was never replaced.</summary>
    private const string Select = """
        SELECT d.id, d.organization_number, d.asset_id, d.status, d.activated_at IS NOT NULL, p.type, d.credential_version, d.credential_key_id, d.credential_sealed,
            p.allows_sha1, p.allows_activation, p.secret_version, p.secret_key_id, p.secret_sealed,
            d.credential_version = 1 OR coalesce(r.allows_activation, 0), r.at,
            CASE WHEN d.credential_version > 1 THEN (SELECT id FROM replacements WHERE device_id = d.id AND kind = 0 ORDER BY id DESC LIMIT 1) END
        FROM products p JOIN devices d ON d.product_id = p.id AND d.device_key = ?2
            LEFT JOIN replacements r ON d.credential_version > 1 AND r.device_id = d.id AND r.credential_version = d.credential_version
        WHERE p.product_key = ?1
        """;

    private static readonly string s_selectFormer = $"""
        SELECT d.id, d.organization_number, d.asset_id
        FROM products p JOIN replacements r ON r.product_id = p.id AND r.old_device_key = ?2 AND r.kind = {(int)ReplacementKind.Replacement}
            JOIN devices d ON d.id = r.device_id AND d.asset_id = r.asset_id
        WHERE p.product_key = ?1
        ORDER BY r.at DESC
        LIMIT 1
        """;

    public ConnectingDevice? Find(string productKey, string deviceKey) => pool.ReadHere(reader =>
    {
        using var row = reader.Prepared(Select).Read(productKey, deviceKey);
        return row.Next() ? Read(row, productKey, deviceKey) : null;
    });

    public FormerDevice? FindFormer(string productKey, string deviceKey) => pool.ReadHere(reader =>
    {
        using var row = reader.Prepared(s_selectFormer).Read(productKey, deviceKey);
        return row.Next() ? new FormerDevice(row.Number(0), row.Number(1), row.Text(2)) : null;
    });

    private static ConnectingDevice Read(PreparedCommand.Rows row, string productKey, string deviceKey) => new(
        row.Number(0), row.Number(1), row.Text(2), productKey, deviceKey, (DeviceStatus)row.Number(3), row.Flag(4),
        (ProductType)row.Number(5) == ProductType.Gateway, (int)row.Number(6), row.Text(7), row.Bytes(8), row.Flag(9), row.Flag(10),
        row.Flag(14), row.IsNull(15) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Number(15)), row.IsNull(16) ? 0 : row.Number(16), row.IsNull(11) ? null : new SealedProductSecret((int)row.Number(11), row.Text(12), row.Bytes(13)));
}
