using Portal.Core.Persistence.Sqlite;
using Unit.Support;

namespace Unit.Persistence;

/// <summary>What the triggers write into the trigram index.</summary>
public sealed class SearchSchemaTests
{
    private const string Device = """
        INSERT INTO organizations (number, organization_id, name) VALUES (1, 'o1', 'One');
        INSERT INTO products (organization_number, product_key, name, type, model_id, created_at) VALUES (1, 'inverter', 'Inverter', 0, 'm', 0);
        INSERT INTO devices (id, organization_number, asset_id, product_id, device_key, name, time_zone, status, version, created_at, credential_version, credential_key_id, credential_sealed)
            VALUES (1099511627777, 1, 'asset-1', 1, 'first-key', 'Pump', '+00:00', 0, 1, 0, 1, 'k1', x'00');
        """;

    [Theory]
    [InlineData(1, 12, 1)]
    [InlineData(3, 4, 1)]
    [InlineData(3, 4, 3)]
    [InlineData(40, 64, 1)] // more than the list of former keys takes
    [InlineData(40, 64, 7)]
    public async Task Key_ReplacedAgainAndAgain_IndexHoldsWhatTheRowHoldsAndStaysWhole(int times, int length, int applied)
    {
        using var database = await TestDatabase.CreateAsync();
        database.Execute(Device);

        for (var i = 0; i < times; i++)
        {
            database.Execute($"UPDATE devices SET device_key='{$"k{i:00}".PadRight(length, 'x')}'");
            if (i % applied == 0)
            {
                Check(database);
            }
        }

        database.Execute(SearchSchema.ApplyPending);
        Assert.Equal(1L, Found(database, $"k{times - 1:00}"));
        Assert.Equal(times < 40 ? 1L : 0L, Found(database, "fir"));
        database.Execute("UPDATE devices SET device_key='last-one'");
        database.Execute("UPDATE devices SET name='Valve'");
        Assert.Equal((0L, 1L), (Found(database, "pum"), Found(database, "val")));
        Check(database);

        database.Execute("UPDATE devices SET device_key='very-last'");
        database.Execute("DELETE FROM devices");
        Assert.Equal((0L, 0L), (Found(database, $"k{times - 1:00}"), Found(database, "val")));
    }

    private static void Check(TestDatabase database)
    {
        database.Execute(SearchSchema.ApplyPending);
        database.Execute("INSERT INTO device_search (device_search, rank) VALUES ('integrity-check', 1)");
    }

    private static long Found(TestDatabase database, string text) =>
        database.Scalar<long>($"SELECT count(*) FROM device_search WHERE device_search MATCH '{text}'");
}
