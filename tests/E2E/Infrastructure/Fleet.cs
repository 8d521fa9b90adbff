using Microsoft.Data.Sqlite;

namespace E2E.Infrastructure;

/// <summary>Devices of the sample fleet for tests to use up, and a look into the database behind the browser's back.</summary>
public sealed class Fleet(PortalFixture portal)
{
    /// <summary>Collection of the tests that make secrets: the line about them belongs to a person, and tests share the person.</summary>
    public const string UsedByOneTestAtATime = "Secrets";

    private static readonly Lock s_lock = new();
    private static Queue<(string AssetId, string ProductKey)>? s_devices;

    /// <summary>An online device of Westerly Renewables that no other test has; nobody has an open secret any more.</summary>
    public (string AssetId, string ProductKey) Next()
    {
        using var connection = Open();
        using var close = connection.CreateCommand();
        close.CommandText = "UPDATE reveal_grants SET state = 1, close_reason = 2 WHERE state = 0";
        close.ExecuteNonQuery();
        lock (s_lock)
        {
            s_devices ??= Read(connection);
            return s_devices.Dequeue();
        }
    }

    /// <summary>An online device of Westerly Renewables that has measured energy, and was never replaced when the fleet was made.</summary>
    public (string AssetId, string ProductKey) NextMeter()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT d.asset_id, p.product_key FROM devices d JOIN products p ON p.id = d.product_id JOIN measure_series s ON s.device_id = d.id "
            + "WHERE s.point = 'energyTotal' AND d.organization_number = 1 AND d.status = 1 AND d.credential_version = 1 ORDER BY d.id LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), reader.GetString(1)) : throw new InvalidOperationException("The sample fleet has no meter that was never replaced.");
    }

    /// <summary>A device of Westerly Renewables that has measured energy before and after its last replacement.</summary>
    public string ReplacedMeter()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT d.asset_id FROM devices d JOIN measure_series s ON s.device_id = d.id JOIN replacements r ON r.device_id = d.id "
            + "WHERE s.point = 'energyTotal' AND d.organization_number = 1 AND r.by_issuer = 'sample' AND r.connected_at IS NOT NULL "
            + "AND EXISTS (SELECT 1 FROM measure_values v WHERE v.series_id = s.id AND v.at > r.at) ORDER BY r.at DESC LIMIT 1";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>What other tests have left waiting does so no longer: the lists show the oldest first, and not all.</summary>
    public void ForgetWaiting()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE replacements SET state = 2 WHERE state = 0";
        command.ExecuteNonQuery();
    }

    public long Count(string sql, string key)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$key", key);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The device key of another asset of that product.</summary>
    public string NeighbourOf((string AssetId, string ProductKey) device)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT d.device_key FROM devices d JOIN products p ON p.id = d.product_id WHERE p.product_key = $product AND d.asset_id <> $asset ORDER BY d.id LIMIT 1";
        command.Parameters.AddWithValue("$product", device.ProductKey);
        command.Parameters.AddWithValue("$asset", device.AssetId);
        return (string)command.ExecuteScalar()!;
    }

    private static Queue<(string AssetId, string ProductKey)> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT d.asset_id, p.product_key FROM devices d JOIN products p ON p.id = d.product_id JOIN organizations o ON o.number = d.organization_number "
            + "WHERE o.organization_id = 'o15724301680011' AND d.status = 1 AND d.credential_version = 1 ORDER BY d.id DESC LIMIT 60";
        using var reader = command.ExecuteReader();
        var devices = new Queue<(string, string)>();
        while (reader.Read())
        {
            devices.Enqueue((reader.GetString(0), reader.GetString(1)));
        }

        return devices;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={portal.DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }
}
