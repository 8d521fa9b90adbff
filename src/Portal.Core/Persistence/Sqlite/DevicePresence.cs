using Microsoft.Data.Sqlite;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Devices come and go all day: a statement each, and no change tracker.</summary>
internal sealed class DevicePresence(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _read = new(connection, $"""
        SELECT status, credential_version, activated_at IS NULL,
            EXISTS (SELECT 1 FROM replacements WHERE device_id = devices.id AND state = {(int)ReplacementState.AwaitingHardware})
            OR EXISTS (SELECT 1 FROM reveal_grants WHERE device_id = devices.id AND state = {(int)RevealState.Open})
        FROM devices WHERE id = @id
        """);

    private readonly PreparedCommand _current = new(connection, "SELECT credential_version, status FROM devices WHERE id = @id");

    private readonly PreparedCommand _online = new(
        connection, $"UPDATE devices SET status = {(int)DeviceStatus.Online}, activated_at = coalesce(activated_at, @now), last_online_at = @now WHERE id = @id");

    private readonly PreparedCommand _offline = new(connection, $"""
        UPDATE devices SET status = {(int)DeviceStatus.Offline}, last_offline_at = @now
        WHERE id = @id AND credential_version = @version AND status = {(int)DeviceStatus.Online}
        """);

    private readonly PreparedCommand _signedIn = new(connection, "INSERT OR REPLACE INTO online_devices (device_id, credential_version) VALUES (@id, @version)");

    private readonly PreparedCommand _signedOut = new(connection, "DELETE FROM online_devices WHERE device_id = @id AND credential_version <= @version");

    public bool IsCurrent(long deviceId, int credentialVersion)
    {
        using var row = _current.Read(deviceId);
        return row.Next() && row.Number(0) == credentialVersion && row.Number(1) != (long)DeviceStatus.Disabled;
    }

    public OnlineMark MarkOnline(long deviceId, int credentialVersion, DateTimeOffset now)
    {
        OnlineMark mark;
        using (var row = _read.Read(deviceId))
        {
            if (!row.Next() || row.Number(1) != credentialVersion)
            {
                return OnlineMark.Refused;
            }

            if (row.Number(0) == (long)DeviceStatus.Disabled)
            {
                return OnlineMark.Disabled;
            }

            var isFirst = row.Number(2) != 0;
            mark = (isFirst, IsAwaited: row.Number(3) != 0) switch
            {
                (true, true) => OnlineMark.FirstAwaited,
                (true, false) => OnlineMark.First,
                _ => OnlineMark.Again,
            };
        }

        _online.Run(now.ToUnixTimeMilliseconds(), deviceId);
        _signedIn.Run(deviceId, credentialVersion);
        return mark;
    }

    public bool MarkOffline(long deviceId, int credentialVersion, DateTimeOffset now)
    {
        _signedOut.Run(deviceId, credentialVersion);
        return _offline.Run(now.ToUnixTimeMilliseconds(), deviceId, credentialVersion) > 0;
    }

    public void Dispose()
    {
        foreach (var command in (PreparedCommand[])[_read, _current, _online, _offline, _signedIn, _signedOut])
        {
            command.Dispose();
        }
    }
}
