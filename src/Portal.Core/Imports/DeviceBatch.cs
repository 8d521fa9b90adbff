using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Portal.Core.Devices;
using Portal.Core.Persistence;
using Portal.Core.Secrets;

namespace Portal.Core.Imports;

/// <summary>
/// Many devices in few words: two prepared statements inside the transaction that is open. Through the change tracker
/// a hundred thousand rows take several times as long, and everybody else's change waits for them.
/// </summary>
internal sealed class DeviceBatch : IAsyncDisposable
{
    private readonly DbCommand _insert;
    private readonly DbCommand _rename;
    private readonly long _now;

    private DeviceBatch(DbCommand insert, DbCommand rename, DateTimeOffset now) =>
        (_insert, _rename, _now) = (insert, rename, now.ToUnixTimeMilliseconds());

    public static async Task<DeviceBatch> BeginAsync(PortalDbContext db, DateTimeOffset now)
    {
        var (connection, transaction) = (db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction());
        var insert = await PrepareAsync(
            connection,
            transaction,
            $"""
            INSERT INTO devices (id, organization_number, asset_id, product_id, device_key, name, name_zh, description, time_zone,
                status, version, created_at, credential_version, credential_key_id, credential_sealed)
            VALUES (@id, @organization, @asset, @product, @key, @name, @nameZh, @description, @timeZone,
                {(int)DeviceStatus.Inactive}, 1, @now, @credentialVersion, @keyId, @sealed)
            """,
            "@id", "@organization", "@asset", "@product", "@key", "@name", "@nameZh", "@description", "@timeZone", "@now", "@credentialVersion", "@keyId", "@sealed");
        var rename = await PrepareAsync(
            connection,
            transaction,
            """
            UPDATE devices SET name = @name, version = version + 1,
                name_zh = CASE WHEN @hasNameZh = 1 THEN @nameZh ELSE name_zh END,
                description = CASE WHEN @hasDescription = 1 THEN @description ELSE description END
            WHERE id = @id AND version = @seenVersion
            """,
            "@name", "@hasNameZh", "@nameZh", "@hasDescription", "@description", "@id", "@seenVersion");
        return new DeviceBatch(insert, rename, now);
    }

    /// <summary>The first of the rows about devices that are there whose device is no longer as it was seen.</summary>
    public async Task<ImportRow?> FindChangedAsync(IEnumerable<ImportRow> rows)
    {
        await using var seen = await PrepareAsync(_insert.Connection!, _insert.Transaction, "SELECT version FROM devices WHERE id = @id", "@id");
        return rows.Where(row => row.DeviceId != 0).FirstOrDefault(row =>
        {
            seen.Parameters[0].Value = row.DeviceId;
            return seen.ExecuteScalar() as long? != row.SeenVersion;
        });
    }

    /// <summary>False when a unique index refused the asset ID or the key.</summary>
    public bool TryInsert(long id, long organizationNumber, long productId, ImportLine line, Credential credential, Func<Exception, bool> isUniqueViolation)
    {
        try
        {
            return Run(
                _insert, id, organizationNumber, line.AssetId, productId, line.DeviceKey, line.Name, OrNull(line.NameZh), OrNull(line.Description), line.TimeZone,
                _now, credential.Version, credential.KeyId, credential.Sealed) == 1;
        }
        catch (DbException exception) when (isUniqueViolation(exception))
        {
            return false;
        }
    }

    /// <summary>False when the device is no longer at the version that was seen.</summary>
    public bool TryRename(long id, int seenVersion, ImportLine line) => Run(
        _rename, line.Name, line.NameZh is null ? 0 : 1, OrNull(line.NameZh), line.Description is null ? 0 : 1, OrNull(line.Description), id, seenVersion) == 1;

    public async ValueTask DisposeAsync()
    {
        await _insert.DisposeAsync();
        await _rename.DisposeAsync();
    }

    private static async Task<DbCommand> PrepareAsync(DbConnection connection, DbTransaction? transaction, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        await command.PrepareAsync();
        return command;
    }

    /// <summary>Not asynchronous: SQLite works on the calling thread anyway, and a hundred thousand tasks are not free.</summary>
    private static int Run(DbCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command.ExecuteNonQuery();
    }

    private static object OrNull(string? text) => string.IsNullOrEmpty(text) ? DBNull.Value : text;
}
