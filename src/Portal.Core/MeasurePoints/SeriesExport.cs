using System.Globalization;
using CsvHelper;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Exports;

namespace Portal.Core.MeasurePoints;

/// <summary>An export that was allowed and may be written now.</summary>
public sealed record StartedSeriesExport(long DeviceId, string DeviceKey, string Point, DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// Every value of a point as CSV, with what is added to it on the screen. Right <see cref="Right.Read"/>; not audited, like the look at the
/// same values on the page.
/// </summary>
public sealed class SeriesExport(MeasureQueries queries, IMeasureReader reader)
{
    private const int LinesAtATime = 5_000;

    private static readonly string[] s_header = ["time", "point", "value", "offset", "continued", "text", "deviceKey"];

    /// <returns>Or <see cref="AssetNotFound"/>, also for an asset of another organization.</returns>
    public async Task<Result<StartedSeriesExport>> StartAsync(
        Actor? actor, string assetId, string point, SeriesRange range, CancellationToken cancellationToken = default)
    {
        var device = await queries.FindAsync(actor, assetId, cancellationToken);
        var (from, _, to) = queries.Period(range);
        return device.IsSuccess ? new StartedSeriesExport(device.Value.Id, device.Value.DeviceKey, point, from, to) : device.Error;
    }

    /// <summary>Writes a few thousand lines at a time: one unit after the other, the values of each in order of time.</summary>
    public async Task WriteAsync(StartedSeriesExport export, Stream stream, CancellationToken cancellationToken = default)
    {
        await using var csv = CsvText.Writer(stream);
        await csv.WriteLineAsync(s_header, cancellationToken);
        var changes = await reader.ChangesAsync(export.DeviceId, export.Point, export.From, cancellationToken);
        if (changes is not [var first, ..] || first.At > export.From)
        {
            await WriteAsync(csv, export, hardwareId: 0, changes is [var next, ..] ? next.OldKey : export.DeviceKey, offset: 0, cancellationToken);
        }

        foreach (var change in changes)
        {
            await WriteAsync(csv, export, change.ReplacementId, change.NewKey, change.Offset ?? 0, cancellationToken);
        }
    }

    private async Task WriteAsync(
        CsvWriter csv, StartedSeriesExport export, long hardwareId, string deviceKey, double offset, CancellationToken cancellationToken)
    {
        var from = export.From;
        while (true)
        {
            var values = await reader.ValuesAsync(export.DeviceId, export.Point, hardwareId, from, export.To, LinesAtATime, cancellationToken);
            foreach (var value in values)
            {
                await csv.WriteRecordAsync(Line(export.Point, deviceKey, offset, value), cancellationToken);
            }

            if (values.Count < LinesAtATime)
            {
                return;
            }

            from = values[^1].At.AddMilliseconds(1);
        }
    }

    /// <summary>Our own numbers as they are: a minus sign in front of digits is no formula.</summary>
    private static string[] Line(string point, string deviceKey, double offset, MeasuredValue value) =>
    [
        value.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), CsvText.Safe(point), Number(value.Number),
        value.Number is null ? "" : Number(offset), Number(value.Number + offset), CsvText.Safe(value.Text), CsvText.Safe(deviceKey),
    ];

    private static string Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
