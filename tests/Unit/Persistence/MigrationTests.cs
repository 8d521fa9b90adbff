using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Core.Persistence;
using Portal.Core.Persistence.Sqlite;
using Unit.Support;

namespace Unit.Persistence;

/// <summary>A database of an older portal comes up with this one.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task Migrate_FromTheFirstSchema_KeepsDevicesTheirSearchAndTheirCounters()
    {
        using var database = TestDatabase.CreateWithoutSchema();
        await using (var connection = SqliteSettings.OpenWriter(SqliteSettings.ConnectionString(database.ConnectionString)))
        await using (var db = SqliteSettings.CreateContext(connection))
        {
            await db.Database.MigrateAsync("Initial", TestContext.Current.CancellationToken);
        }

        database.Execute(
            """
            INSERT INTO organizations (number, organization_id, name) VALUES (1, 'o1', 'One');
            INSERT INTO products (organization_number, product_key, name, type, model_id, created_at) VALUES (1, 'inverter', 'Inverter', 0, 'm', 0);
            INSERT INTO devices (id, organization_number, asset_id, product_id, device_key, name, time_zone, status, version, created_at, credential_version, credential_key_id, credential_sealed)
                VALUES (1099511627777, 1, 'asset-1', 1, 'key-of-1', 'Pump', '+00:00', 0, 1, 0, 1, 'k1', x'00');
            """);

        // The first schema had one trigger for every text.
        database.Execute("DROP TRIGGER devices_update_key; DROP TRIGGER devices_update_text; CREATE TRIGGER devices_update_text AFTER UPDATE OF name ON devices BEGIN SELECT 1; END");

        await using (var sqlite = new SqliteDatabase(Options.Create(new DatabaseOptions { ConnectionString = database.ConnectionString }), NullLogger<SqliteDatabase>.Instance))
        {
            await sqlite.MigrateAsync(TestContext.Current.CancellationToken);
        }

        using var fresh = await TestDatabase.CreateAsync();
        Assert.Equal(Schema(fresh, "devices"), Schema(database, "devices"));
        database.Execute("UPDATE devices SET device_key='key-newer', name_en='Pump', tags='{}', status=1");
        database.Execute(SearchSchema.ApplyPending);
        Assert.Equal(1L, database.Scalar<long>("SELECT count(*) FROM device_search WHERE device_search MATCH 'ewe'"));
        Assert.Equal("key-of-1\n", database.Scalar<string>("SELECT former_keys FROM devices"));
        Assert.Equal(1L, database.Scalar<long>("SELECT count FROM status_counts WHERE organization_number=1 AND status=1"));
    }

    /// <summary>Indexes and triggers of a table: what a rebuilt table would lose.</summary>
    private static IReadOnlyList<string> Schema(TestDatabase database, string table) =>
        database.Rows($"SELECT type, name, sql FROM sqlite_master WHERE tbl_name='{table}' AND type IN ('index', 'trigger') ORDER BY name");
}
