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
        await MigrateAsync(database, "Initial");

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

    [Fact]
    public async Task Migrate_WithValuesOfOneSeriesForAllHardware_GivesEachUnitItsOwn()
    {
        using var database = TestDatabase.CreateWithoutSchema();
        await MigrateAsync(database, "DropAuditActorIndex");
        const string Values = """
            INSERT INTO measure_series (id, device_id, point) VALUES (1, 1099511627777, 'energyTotal'), (2, 1099511627777, 'state'), (3, NULL, 'left');
            INSERT INTO measure_values (series_id, at, number) VALUES (1, 100, 1), (1, 199, 2), (1, 200, 3), (1, 350, 4), (2, 120, 5), (3, 130, 6);
            """;
        database.Execute(
            $"""
            PRAGMA foreign_keys = OFF;
            INSERT INTO organizations (number, organization_id, name) VALUES (1, 'o1', 'One');
            INSERT INTO products (organization_number, product_key, name, type, model_id, created_at) VALUES (1, 'inverter', 'Inverter', 0, 'm', 0);
            INSERT INTO devices (id, organization_number, asset_id, product_id, device_key, name, time_zone, status, version, created_at, credential_version, credential_key_id, credential_sealed)
                VALUES (1099511627777, 1, 'asset-1', 1, 'key-of-1', 'Pump', '+00:00', 0, 1, 0, 4, 'k1', x'00');
            {string.Join('\n', new[] { (1, 0, 200), (2, 1, 250), (3, 0, 300) }.Select(made => Replacement(made.Item1, made.Item2, made.Item3)))}
            {Values}
            """);

        await MigrateAsync(database, "MeasuresByHardware");

        string[] divided = ["point=energyTotal|hardware_id=0|v=1,2", "point=energyTotal|hardware_id=1|v=3", "point=energyTotal|hardware_id=3|v=4", "point=left|hardware_id=0|v=6", "point=state|hardware_id=0|v=5"];
        const string Read = """
            SELECT s.point, s.hardware_id, group_concat(CAST(v.number AS INTEGER)) AS v FROM measure_series s JOIN measure_values v ON v.series_id = s.id
            GROUP BY s.id ORDER BY s.point, s.hardware_id
            """;
        Assert.Equal(divided, database.Rows(Read));

        // And back.
        await MigrateAsync(database, "DropAuditActorIndex");
        Assert.Equal(["v=1,2,3,4", "v=6", "v=5"], database.Rows(Read.Replace(", s.hardware_id", "", StringComparison.Ordinal).Replace("s.point, group", "group", StringComparison.Ordinal)));
    }

    private static async Task MigrateAsync(TestDatabase database, string target)
    {
        await using var connection = SqliteSettings.OpenWriter(SqliteSettings.ConnectionString(database.ConnectionString));
        await using var db = SqliteSettings.CreateContext(connection);
        await db.Database.MigrateAsync(target, TestContext.Current.CancellationToken);
    }

    private static string Replacement(int id, int kind, int at) =>
        $"INSERT INTO replacements (id, organization_number, device_id, asset_id, product_id, kind, old_device_key, new_device_key, credential_version, reason, state, by_issuer, by_subject, by_name, at, old_device_key_since, allows_activation) "
            + $"VALUES ({id}, 1, 1099511627777, 'asset-1', 1, {kind}, 'k{id}', 'k{id + 1}', {id + 1}, 0, 2, 'i', 's', 'n', {at}, 0, 0);";

    /// <summary>Indexes and triggers of a table: what a rebuilt table would lose.</summary>
    private static IReadOnlyList<string> Schema(TestDatabase database, string table) =>
        database.Rows($"SELECT type, name, sql FROM sqlite_master WHERE tbl_name='{table}' AND type IN ('index', 'trigger') ORDER BY name");
}
