using Microsoft.Data.Sqlite;
using Portal.Core.Devices;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Devices come and go all day: a statement each, and no change tracker.</summary>
internal sealed class DevicePresence(SqliteConnection connection)
{
    private readonly SqliteCommand _read = Prepare(
        connection, "SELECT status, credential_version, activated_at FROM devices WHERE id = @id", "@id");

    private readonly SqliteCommand _online = Prepare(
        connection, "UPDATE devices SET status = @status, activated_at = coalesce(activated_at, @now), last_online_at = @now WHERE id = @id", "@status", "@now", "@id");

    private readonly SqliteCommand _offline = Prepare(
        connection, "UPDATE devices SET status = @status, last_offline_at = @now WHERE id = @id AND credential_version = @version AND status = @online",
        "@status", "@now", "@id", "@version", "@online");

    private readonly SqliteCommand _signedIn = Prepare(
        connection, "INSERT OR REPLACE INTO online_devices (device_id, credential_version) VALUES (@id, @version)", "@id", "@version");

    private readonly SqliteCommand _signedOut = Prepare(
        connection, "DELETE FROM online_devices WHERE device_id = @id AND credential_version <= @version", "@id", "@version");

    public OnlineMark MarkOnline(long deviceId, int credentialVersion, DateTimeOffset now, SqliteTransaction transaction)
    {
        bool isFirst;
        using (var row = With(_read, transaction, deviceId).ExecuteReader())
        {
            if (!row.Read() || row.GetInt32(1) != credentialVersion)
            {
                return OnlineMark.Refused;
            }

            if (row.GetInt32(0) == (int)DeviceStatus.Disabled)
            {
                return OnlineMark.Disabled;
            }

            isFirst = row.IsDBNull(2);
        }

        With(_online, transaction, (long)DeviceStatus.Online, now.ToUnixTimeMilliseconds(), deviceId).ExecuteNonQuery();
        With(_signedIn, transaction, deviceId, credentialVersion).ExecuteNonQuery();
        return isFirst ? OnlineMark.First : OnlineMark.Again;
    }

    public bool MarkOffline(long deviceId, int credentialVersion, DateTimeOffset now, SqliteTransaction transaction)
    {
        With(_signedOut, transaction, deviceId, credentialVersion).ExecuteNonQuery();
        return With(
            _offline, transaction, (long)DeviceStatus.Offline, now.ToUnixTimeMilliseconds(), deviceId, credentialVersion, (long)DeviceStatus.Online).ExecuteNonQuery() > 0;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string text, params IReadOnlyList<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        return command;
    }

    private static SqliteCommand With(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.Transaction = transaction;
        return command;
    }
}
