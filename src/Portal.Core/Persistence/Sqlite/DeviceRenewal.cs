using Microsoft.Data.Sqlite;
using Portal.Core.Devices;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>The one statement by which a device gets another credential.</summary>
internal sealed class DeviceRenewal
{
    private const string Update = """
        UPDATE devices SET device_key = @key, status = @status, activated_at = NULL, last_online_at = NULL, last_offline_at = NULL, version = @version,
            credential_version = @credential_version, credential_key_id = @key_id, credential_sealed = @sealed
        WHERE id = @id AND version = @version - 1
        """;

    private readonly SqliteCommand _command;

    public DeviceRenewal(SqliteConnection connection)
    {
        _command = connection.CreateCommand();
        _command.CommandText = Update;
        foreach (var name in (string[])["@key", "@status", "@version", "@credential_version", "@key_id", "@sealed", "@id"])
        {
            _command.Parameters.Add(new SqliteParameter(name, null));
        }
    }

    /// <summary>How often it ran since somebody set it to 0.</summary>
    public int Count { get; set; }

    /// <returns>False when the unique index refused the key.</returns>
    public bool Run(Device device, SqliteTransaction transaction)
    {
        object[] values =
        [
            device.DeviceKey, (long)device.Status, device.Version, device.Credential.Version, device.Credential.KeyId, device.Credential.Sealed, device.Id,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i];
        }

        _command.Transaction = transaction;
        Count++;
        try
        {
            return _command.ExecuteNonQuery() > 0 ? true : throw new InvalidOperationException($"The device {device.Id} is no longer at the version that was read.");
        }
        catch (SqliteException exception) when (SqliteFaults.IsUniqueViolation(exception))
        {
            return false;
        }
    }
}
