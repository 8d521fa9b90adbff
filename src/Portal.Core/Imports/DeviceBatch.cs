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
        var insert = await PrepareAsync(
            db,
            $"""
            INSERT INTO devices (id, organization_number, asset_id, product_id, device_key, name, name_zh, description, time_zone,
                status, version, created_at, credential_version, credential_key_id, credential_sealed)
            VALUES (@id, @organization, @asset, @product, @key, @name, @nameZh, @description, @timeZone,
                {(int)DeviceStatus.Inactive}, 1, @now, @credentialVersion, @keyId, @sealed)
            """,
            "@id", "@organization", "@asset", "@product", "@key", "@name", "@nameZh", "@description", "@timeZone", "@now", "@credentialVersion", "@keyId", "@sealed");
        var rename = await PrepareAsync(
            db,
            """
            UPDATE devices SET name = @name, version = version + 1,
                name_zh = CASE WHEN @hasNameZh = 1 THEN @nameZh ELSE name_zh END,
                description = CASE WHEN @hasDescription = 1 THEN @description ELSE description END
            WHERE id = @id
            """,
            "@name", "@hasNameZh", "@nameZh", "@hasDescription", "@description", "@id");
        return new DeviceBatch(insert, rename, now);
    }

    public Task InsertAsync(long id, long organizationNumber, long productId, ImportLine line, Credential credential) => RunAsync(
        _insert, id, organizationNumber, line.AssetId, productId, line.DeviceKey, line.Name, OrNull(line.NameZh), OrNull(line.Description), line.TimeZone,
        _now, credential.Version, credential.KeyId, credential.Sealed);

    public Task RenameAsync(long id, ImportLine line) => RunAsync(
        _rename, line.Name, line.NameZh is null ? 0 : 1, OrNull(line.NameZh), line.Description is null ? 0 : 1, OrNull(line.Description), id);

    public async ValueTask DisposeAsync()
    {
        await _insert.DisposeAsync();
        await _rename.DisposeAsync();
    }

    private static async Task<DbCommand> PrepareAsync(PortalDbContext db, string sql, params string[] parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
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

    private static Task<int> RunAsync(DbCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command.ExecuteNonQueryAsync();
    }

    private static object OrNull(string? text) => string.IsNullOrEmpty(text) ? DBNull.Value : text;
}
