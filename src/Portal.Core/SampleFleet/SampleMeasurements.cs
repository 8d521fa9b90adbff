using System.Data.Common;
using Portal.Core.Devices;
using Portal.Core.MeasurePoints;
using Portal.Core.Replacements;

namespace Portal.Core.SampleFleet;

/// <summary>
/// Gives some devices of each organization what they would have measured lately: the first ones, those that were replaced within the last days
/// (with the time in which nothing came) and some that wait for their hardware.
/// </summary>
internal sealed class SampleMeasurements : IDisposable
{
    private const int FirstOnes = 10;
    private const int Replaced = 8;
    private const int Waiting = 4;

    private static readonly TimeSpan s_past = TimeSpan.FromDays(14);
    private static readonly TimeSpan s_lately = TimeSpan.FromHours(26);
    private static readonly TimeSpan s_rareStep = TimeSpan.FromMinutes(90);
    private static readonly TimeSpan s_step = TimeSpan.FromMinutes(6);

    private readonly DateTimeOffset _now;
    private readonly DbCommand _series;
    private readonly DbCommand _value;
    private readonly DbCommand _baseline;
    private readonly Dictionary<(string Organization, string Kind), int> _counts = [];

    public SampleMeasurements(DbConnection connection, DateTimeOffset now)
    {
        _now = now;
        _series = Command(
            connection,
            """
            INSERT INTO measure_series (device_id, point, hardware_id)
            SELECT @p0, @p1, coalesce((SELECT id FROM replacements WHERE device_id = @p0 AND kind = 0 ORDER BY id DESC LIMIT 1 OFFSET @p2), 0) RETURNING id
            """,
            3);
        _value = Command(connection, "INSERT OR REPLACE INTO measure_values (series_id, at, number, text) VALUES (@p0, @p1, @p2, @p3)", 4);
        _baseline = Command(
            connection,
            "INSERT INTO counter_baselines (replacement_id, point, value) SELECT max(id), @p1, @p2 FROM replacements WHERE device_id = @p0", 3);
    }

    public void Write(GeneratedDevice device)
    {
        if (!IsChosen(device))
        {
            return;
        }

        var series = new Dictionary<(string Point, bool IsOfTheUnitBefore), long>();
        var last = device.History.Count > 0 ? device.History[^1] : null;
        foreach (var (since, at) in Times(device))
        {
            var isBefore = since < last?.At;
            foreach (var value in SampleSignals.At(device.Product.ProductKey, device.AssetId, device.TimeZone, since, at))
            {
                if (!series.TryGetValue((value.Point, isBefore), out var id))
                {
                    series[(value.Point, isBefore)] = id = (long)With(_series, device.Id, value.Point, isBefore ? 1 : 0).ExecuteScalar()!;
                }

                With(_value, id, at.ToUnixTimeMilliseconds(), value.Number, value.Text).ExecuteNonQuery();
            }
        }

        // Not every operator notes the reading.
        if (last is { State: ReplacementState.Connected, Person: not 2 } && series.ContainsKey((SampleSignals.EnergyTotal, true)))
        {
            var total = SampleSignals.At(device.Product.ProductKey, device.AssetId, device.TimeZone, last.OldKeySince, last.At).First(value => value.Point == SampleSignals.EnergyTotal);
            With(_baseline, device.Id, total.Point, Math.Round(total.Number!.Value)).ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        _series.Dispose();
        _value.Dispose();
        _baseline.Dispose();
    }

    private bool IsChosen(GeneratedDevice device)
    {
        var isRecent = device.History is [.., var last] && last.At > _now - s_past;
        var (kind, limit) = !isRecent ? ("first", FirstOnes) : device.Status == DeviceStatus.Inactive ? ("waiting", Waiting) : ("replaced", Replaced);
        var key = (device.Product.Organization.OrganizationId, kind);
        var count = _counts.GetValueOrDefault(key);
        _counts[key] = count + 1;
        return count < limit;
    }

    /// <summary>When the device sent something, and since when the unit that sent it was there.</summary>
    private IEnumerable<(DateTimeOffset Since, DateTimeOffset At)> Times(GeneratedDevice device)
    {
        var last = device.History.Count > 0 ? device.History[^1] : null;
        var end = device.LastOfflineAt ?? _now;

        // What breaks falls silent a while before somebody comes.
        var silentFrom = last?.At.AddMinutes(-25 - (last.Person * 15));
        var backAt = last is null ? null : last.State == ReplacementState.Connected ? FleetWriter.ConnectedAt(last) : (DateTimeOffset?)DateTimeOffset.MaxValue;
        for (var at = _now - s_past; at <= end; at += at < _now - s_lately ? s_rareStep : s_step)
        {
            if (at < silentFrom || last is null)
            {
                yield return (last?.OldKeySince ?? device.CreatedAt, at);
            }
            else if (at >= backAt)
            {
                yield return (last.At, at);
            }
        }
    }

    private static DbCommand With(DbCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private static DbCommand Command(DbConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // From this file only.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
