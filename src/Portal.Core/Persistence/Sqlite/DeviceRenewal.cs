using Microsoft.Data.Sqlite;
using Portal.Core.Devices;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>The one statement by which a device gets another credential.</summary>
internal sealed class DeviceRenewal(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _update = new(
        connection,
        """
        UPDATE devices SET device_key = ?1, status = ?2, activated_at = NULL, last_online_at = NULL, last_offline_at = NULL, version = ?3,
            credential_version = ?4, credential_key_id = ?5, credential_sealed = ?6
        WHERE id = ?7 AND version = ?3 - 1
        """);

    /// <summary>How often it ran since somebody set it to 0.</summary>
    public int Count { get; set; }

    /// <returns>False when the unique index refused the key.</returns>
    public bool Run(Device device)
    {
        Count++;
        try
        {
            return _update.Run(
                device.DeviceKey, (long)device.Status, device.Version, device.Credential.Version, device.Credential.KeyId, device.Credential.Sealed, device.Id) > 0
                ? true
                : throw new InvalidOperationException($"The device {device.Id} is no longer at the version that was read.");
        }
        catch (SqliteException exception) when (SqliteFaults.IsUniqueViolation(exception))
        {
            return false;
        }
    }

    public void Dispose() => _update.Dispose();
}
