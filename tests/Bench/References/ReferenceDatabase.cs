using Bench.Fleet;

namespace Bench.References;

/// <summary>The same rows as the portal's, in the schema of the reference servers: their table, their indexes, their trigram index.</summary>
internal static class ReferenceDatabase
{
    private const string Schema = """
        PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=4096;
        CREATE TABLE devices(id INTEGER PRIMARY KEY, asset_id TEXT NOT NULL, name TEXT NOT NULL, product_key TEXT NOT NULL,
          device_key TEXT NOT NULL, org_id TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
          secret BLOB, version INTEGER NOT NULL DEFAULT 1);
        """;

    private const string Rows = """
        INSERT INTO devices(asset_id, name, product_key, device_key, org_id, status, created_at, updated_at)
        SELECT d.asset_id, d.name, p.product_key, d.device_key, o.organization_id,
          CASE d.status WHEN 0 THEN 'inactive' WHEN 1 THEN 'online' WHEN 2 THEN 'offline' ELSE 'disabled' END,
          d.created_at, coalesce(d.last_online_at, d.created_at)
        FROM portal.devices d
        CROSS JOIN portal.products p ON p.id = d.product_id
        CROSS JOIN portal.organizations o ON o.number = d.organization_number
        ORDER BY d.id;
        """;

    // devgen.py
    private const string Indexes = """
        CREATE UNIQUE INDEX ux_asset ON devices(asset_id);
        CREATE UNIQUE INDEX ux_key ON devices(product_key, device_key);
        CREATE INDEX ix_key ON devices(device_key);
        CREATE INDEX ix_org ON devices(org_id, updated_at, id);
        CREATE INDEX ix_upd ON devices(updated_at, id);
        """;

    // limits.cs, "fts full"
    private const string Trigrams = """
        CREATE VIRTUAL TABLE fts_full USING fts5(device_key, asset_id, name, content='devices', content_rowid='id',
          tokenize='trigram', detail=full, columnsize=0);
        INSERT INTO fts_full(rowid, device_key, asset_id, name) SELECT id, device_key, asset_id, name FROM devices;
        INSERT INTO fts_full(fts_full) VALUES('optimize');
        PRAGMA journal_mode=WAL; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);
        """;

    public static void Make(string portalDatabase, string reference)
    {
        using var connection = Sqlite.Open(reference, cacheMiB: 512);
        Sqlite.Execute(connection, Schema);
        using (var attach = connection.CreateCommand())
        {
            attach.CommandText = "ATTACH $path AS portal";
            attach.Parameters.AddWithValue("$path", portalDatabase);
            attach.ExecuteNonQuery();
        }

        Sqlite.Execute(connection, Rows);
        Sqlite.Execute(connection, "DETACH portal");
        Sqlite.Execute(connection, Indexes);
        Sqlite.Execute(connection, Trigrams);
    }
}
