using System.Security.Cryptography;
using System.Text;
using Bench.Measuring;
using Microsoft.Data.Sqlite;
using Portal.Core.Secrets;

namespace Bench.Fleet;

/// <summary>A device of a portal's database with what it signs in with.</summary>
internal sealed record DeviceLogin(string AssetId, string ProductKey, string DeviceKey, MqttLogin Login);

/// <summary>Devices of a copy of a fleet, their secrets opened with the key file that lies beside it.</summary>
internal static class DeviceLogins
{
    private const string Timestamp = "1763910000000";

    /// <summary>Some of an organization's devices, spread over it and the same in every run; none of them has ever connected.</summary>
    public static IReadOnlyList<DeviceLogin> Draw(string portalDatabase, string organizationId, int count)
    {
        using var connection = Sqlite.Open(portalDatabase);
        var drawn = Ids(connection, organizationId);
        new Random(11).Shuffle(drawn);
        drawn = drawn.Length >= count ? drawn[..count] : throw new InvalidOperationException($"{organizationId} has {drawn.Length} devices; {count} are needed.");
        using (var transaction = connection.BeginTransaction())
        {
            using var forget = connection.CreateCommand();
            forget.CommandText = "UPDATE devices SET status = 0, activated_at = NULL, last_online_at = NULL, last_offline_at = NULL WHERE id = $id";
            var id = forget.Parameters.Add("$id", SqliteType.Integer);
            foreach (var device in drawn)
            {
                id.Value = device;
                forget.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return Read(connection, portalDatabase, drawn);
    }

    /// <summary>The devices of these assets, in their order.</summary>
    public static IReadOnlyList<DeviceLogin> Of(string portalDatabase, IEnumerable<string> assetIds)
    {
        using var connection = Sqlite.Open(portalDatabase);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM devices WHERE asset_id = $asset";
        var asset = command.Parameters.Add("$asset", SqliteType.Text);
        return Read(connection, portalDatabase, assetIds.Select(assetId =>
        {
            asset.Value = assetId;
            return (long)command.ExecuteScalar()!;
        }));
    }

    private static long[] Ids(SqliteConnection connection, string organizationId)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT d.id FROM devices d JOIN organizations o ON o.number = d.organization_number WHERE o.organization_id = $organization AND d.status <> 3
                AND d.device_key NOT LIKE '%:%' ORDER BY d.id -- which no file of passwords can hold
            """;
        command.Parameters.AddWithValue("$organization", organizationId);
        using var reader = command.ExecuteReader();
        var ids = new List<long>();
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
        }

        return [.. ids];
    }

    private static List<DeviceLogin> Read(SqliteConnection connection, string portalDatabase, IEnumerable<long> ids)
    {
        using var vault = new SecretVault(SecretKeyRing.Read(Path.Combine(Path.GetDirectoryName(portalDatabase)!, "secrets.key")));
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT d.asset_id, p.product_key, d.device_key, d.organization_number, d.credential_version, d.credential_key_id, d.credential_sealed
            FROM devices d JOIN products p ON p.id = d.product_id WHERE d.id = $id
            """;
        var id = command.Parameters.Add("$id", SqliteType.Integer);
        var read = new List<DeviceLogin>();
        foreach (var device in ids)
        {
            id.Value = device;
            using var reader = command.ExecuteReader();
            reader.Read();
            var (assetId, productKey, deviceKey) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
            using var secret = vault.Open(
                reader.GetString(5), (byte[])reader.GetValue(6), new SecretBinding(SecretBinding.Device, reader.GetInt64(3), assetId, reader.GetInt32(4)));
            read.Add(new DeviceLogin(assetId, productKey, deviceKey, Login(productKey, deviceKey, secret)));
        }

        return read;
    }

    private static MqttLogin Login(string productKey, string deviceKey, DeviceSecret secret)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"clientId{deviceKey}deviceKey{deviceKey}productKey{productKey}timestamp{Timestamp}"), .. secret.Reveal().Span];
        return new MqttLogin(
            $"{deviceKey}|securemode=2,signmethod=sha256,timestamp={Timestamp}|", $"{deviceKey}&{productKey}", Convert.ToHexString(SHA256.HashData(content)));
    }
}
