using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Devices;
using Portal.Core.Imports;
using Portal.Core.Secrets;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// Many rows in one statement. A statement a row would make the trigram index write itself to the file after each: a
/// hundred thousand rows would take minutes, and everybody's change waits for them.
/// </summary>
internal sealed class SqliteImportWriter : IImportWriter
{
    private static readonly string s_insert = $"""
        INSERT INTO devices (id, organization_number, asset_id, product_id, device_key, name, name_zh, description, time_zone,
            status, version, created_at, credential_version, credential_key_id, credential_sealed)
        SELECT value ->> 0, @organization, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
            {(int)DeviceStatus.Inactive}, 1, @now, value ->> 8, value ->> 9, unhex(value ->> 10)
        FROM json_each(@rows)
        """;

    private const string FirstTaken = """
        SELECT min(row.key) FROM json_each(@rows) row
        WHERE EXISTS (SELECT 1 FROM devices d WHERE d.asset_id = row.value ->> 1)
            OR EXISTS (SELECT 1 FROM devices d WHERE d.product_id = row.value ->> 2 AND d.device_key = row.value ->> 3)
        """;

    private const string Rename = """
        UPDATE devices SET name = row.value ->> 2, version = version + 1,
            name_zh = CASE WHEN row.value ->> 3 THEN row.value ->> 4 ELSE name_zh END,
            description = CASE WHEN row.value ->> 5 THEN row.value ->> 6 ELSE description END
        FROM json_each(@rows) row WHERE devices.id = row.value ->> 0
        """;

    private const string FirstChanged = """
        SELECT min(row.key) FROM json_each(@rows) row LEFT JOIN devices d ON d.id = row.value ->> 0
        WHERE d.version IS NOT row.value ->> 1
        """;

    public ImportRow? FindChanged(PortalDbContext db, IReadOnlyList<ImportRow> rows)
    {
        using var command = Command(db, FirstChanged, JsonSerializer.Serialize(rows.Select(row => new object?[] { row.DeviceId, row.SeenVersion })));
        return At(rows, command.ExecuteScalar());
    }

    public ImportRow? Insert(
        PortalDbContext db, long organizationNumber, long firstId, DateTimeOffset now, IReadOnlyList<ImportRow> rows,
        IReadOnlyDictionary<string, Credential> secrets)
    {
        var json = JsonSerializer.Serialize(rows.Select((row, i) => Cells(firstId + i, row, secrets[row.Line.AssetId])));
        try
        {
            using var command = Command(db, s_insert, json);
            Add(command, "@organization", organizationNumber);
            Add(command, "@now", now.ToUnixTimeMilliseconds());
            command.ExecuteNonQuery();
            return null;
        }
        catch (DbException exception) when (SqliteFaults.IsUniqueViolation(exception))
        {
            using var command = Command(db, FirstTaken, json);
            return At(rows, command.ExecuteScalar()) ?? rows[0];
        }
    }

    public void Change(PortalDbContext db, IReadOnlyList<ImportRow> rows)
    {
        using var command = Command(db, Rename, JsonSerializer.Serialize(rows.Select(row => new object?[]
        {
            row.DeviceId, row.SeenVersion, row.Line.Name, row.Line.NameZh is not null, OrNull(row.Line.NameZh), row.Line.Description is not null, OrNull(row.Line.Description),
        })));
        command.ExecuteNonQuery();
    }

    private static object?[] Cells(long id, ImportRow row, Credential credential) =>
    [
        id, row.Line.AssetId, row.ProductId, row.Line.DeviceKey, row.Line.Name, OrNull(row.Line.NameZh), OrNull(row.Line.Description), row.Line.TimeZone,
        credential.Version, credential.KeyId, Convert.ToHexString(credential.Sealed),
    ];

    private static ImportRow? At(IReadOnlyList<ImportRow> rows, object? index) => index is long at ? rows[(int)at] : null;

    private static DbCommand Command(PortalDbContext db, string sql, string rows)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // One of the statements above.
        command.CommandText = sql;
#pragma warning restore CA2100
        Add(command, "@rows", rows);
        return command;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
