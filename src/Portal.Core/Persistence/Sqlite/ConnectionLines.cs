using Microsoft.Data.Sqlite;
using Portal.Core.Connections;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>The connection log: a line for each time that a device comes or goes, so a statement each and no change tracker.</summary>
internal sealed class ConnectionLines(SqliteConnection connection, RowInserts inserts) : IDisposable
{
    private static readonly string s_isRefusal = $"(kind = {(int)ConnectionKind.Refused})";

    private readonly PreparedCommand _count = new(connection, $"""
        UPDATE connection_log SET count = count + @count, at = @at
        WHERE id = (
            SELECT id FROM connection_log
            WHERE device_id = @device AND kind = {(int)ConnectionKind.Refused} AND code = @code AND device_key = @key AND knocked_by = @by
                AND other_asset_id IS @other AND address IS @address AND at >= @since
                AND at >= coalesce((SELECT max(at) FROM replacements WHERE device_id = @device), 0)
            ORDER BY id DESC LIMIT 1)
        """);

    private readonly PreparedCommand _findExcess = new(
        connection, $"SELECT id FROM connection_log WHERE device_id = @device AND {s_isRefusal} = @refusal AND knocked_by = @by ORDER BY id DESC LIMIT 1 OFFSET @kept");

    private readonly PreparedCommand _trim = new(
        connection, $"DELETE FROM connection_log WHERE device_id = @device AND {s_isRefusal} = @refusal AND knocked_by = @by AND id <= @last");

    /// <summary>Writes a line, or counts it on the one that is there, and drops what is more than is kept of its kind.</summary>
    public void Write(ConnectionLine line, DateTimeOffset sameSince)
    {
        var isRefusal = line.Kind == ConnectionKind.Refused;
        if (isRefusal && _count.Run(
            line.Count, line.At.ToUnixTimeMilliseconds(), line.DeviceId, line.Code, line.DeviceKey, (int)line.By, line.OtherAssetId, line.Address,
            sameSince.ToUnixTimeMilliseconds()) > 0)
        {
            return;
        }

        inserts.Run(line);
        if (FindExcess(line.DeviceId, isRefusal, line.By) is { } last)
        {
            _trim.Run(line.DeviceId, isRefusal, (int)line.By, last);
        }
    }

    public void Dispose()
    {
        _count.Dispose();
        _findExcess.Dispose();
        _trim.Dispose();
    }

    private long? FindExcess(long deviceId, bool isRefusal, KnockedBy by)
    {
        using var row = _findExcess.Read(deviceId, isRefusal, (int)by, isRefusal ? ConnectionLog.MaxRefusals : ConnectionLog.MaxOthers);
        return row.Next() ? row.Number(0) : null;
    }
}
