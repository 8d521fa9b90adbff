using Microsoft.Data.Sqlite;
using Portal.Core.Devices;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Devices come and go all day: a statement each, and no change tracker.</summary>
internal sealed class DevicePresence(SqliteConnection connection)
{
    private readonly PreparedCommand _read = new(
        connection, "SELECT status, credential_version, activated_at FROM devices WHERE id = @id", "@id");

    private readonly PreparedCommand _online = new(
        connection, "UPDATE devices SET status = @status, activated_at = coalesce(activated_at, @now), last_online_at = @now WHERE id = @id", "@status", "@now", "@id");

    private readonly PreparedCommand _offline = new(
        connection, "UPDATE devices SET status = @status, last_offline_at = @now WHERE id = @id AND credential_version = @version AND status = @online",
        "@status", "@now", "@id", "@version", "@online");

    private readonly PreparedCommand _signedIn = new(
        connection, "INSERT OR REPLACE INTO online_devices (device_id, credential_version) VALUES (@id, @version)", "@id", "@version");

    private readonly PreparedCommand _signedOut = new(
        connection, "DELETE FROM online_devices WHERE device_id = @id AND credential_version <= @version", "@id", "@version");

    public OnlineMark MarkOnline(long deviceId, int credentialVersion, DateTimeOffset now, SqliteTransaction transaction)
    {
        bool isFirst;
        using (var row = _read.Read(transaction, deviceId))
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

        _online.Run(transaction, (long)DeviceStatus.Online, now.ToUnixTimeMilliseconds(), deviceId);
        _signedIn.Run(transaction, deviceId, credentialVersion);
        return isFirst ? OnlineMark.First : OnlineMark.Again;
    }

    public bool MarkOffline(long deviceId, int credentialVersion, DateTimeOffset now, SqliteTransaction transaction)
    {
        _signedOut.Run(transaction, deviceId, credentialVersion);
        return _offline.Run(
            transaction, (long)DeviceStatus.Offline, now.ToUnixTimeMilliseconds(), deviceId, credentialVersion, (long)DeviceStatus.Online) > 0;
    }
}
