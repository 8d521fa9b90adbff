using Microsoft.Data.Sqlite;
using Portal.Core.MeasurePoints;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Values on SQLite, each answer from one snapshot.</summary>
internal sealed class SqliteMeasureReader(SqliteReadPool pool) : IMeasureReader
{
    /// <summary>More in one range are a test bench: of what came before them only the last unit is drawn.</summary>
    private const int MaxChanges = 50;

    private const string Points = """
        SELECT s.point, v.at, v.number, v.text FROM measure_series s
        JOIN measure_values v ON v.series_id = s.id AND v.at = (SELECT max(at) FROM measure_values WHERE series_id = s.id)
        WHERE s.device_id = @p0 ORDER BY s.point, s.hardware_id
        """;

    private const string SeriesOf = "SELECT hardware_id, id FROM measure_series WHERE device_id = @p0 AND point = @p1";

    private const string Changes = """
        SELECT r.id, r.at, r.old_device_key, r.new_device_key, b.value, b.first_at, b.first_number FROM replacements r
        LEFT JOIN counter_baselines b ON b.replacement_id = r.id AND b.point = @p1
        WHERE r.device_id = @p0 AND r.kind = 0 ORDER BY r.id DESC LIMIT @p2
        """;

    private const string First = "SELECT at, number, text FROM measure_values WHERE series_id = @p0 ORDER BY at LIMIT 1";

    private const string FirstNumber = "SELECT at, number, text FROM measure_values WHERE series_id = @p0 AND number IS NOT NULL ORDER BY at LIMIT 1";

    private const string Last = "SELECT at, number, text FROM measure_values WHERE series_id = @p0 ORDER BY at DESC LIMIT 1";

    private const string After = "SELECT at, number, text FROM measure_values WHERE series_id = @p0 AND at >= @p1 AND at < @p2 ORDER BY at LIMIT 1";

    private const string Latest = "SELECT at, number, text FROM measure_values WHERE series_id = @p0 AND at >= @p1 AND at < @p2 ORDER BY at DESC LIMIT 1";

    private const string Values = "SELECT at, number, text FROM measure_values WHERE series_id = @p0 AND at >= @p1 AND at < @p2 ORDER BY at LIMIT @p3";

    /// <summary>
    /// A bucket at a time: one statement that groups by <c>at / width</c> would sort what lies in order already, and take more than twice as
    /// long over a month of seconds.
    /// </summary>
    private const string Bucket =
        "SELECT count(*), count(number), min(number), max(number), avg(number) FROM measure_values WHERE series_id = @p0 AND at >= @p1 AND at < @p2";

    public Task<IReadOnlyList<MeasurePoint>> PointsAsync(long deviceId, CancellationToken cancellationToken) => pool.ReadAsync<IReadOnlyList<MeasurePoint>>(
        reader =>
        {
            var points = new List<MeasurePoint>();
            using (var rows = reader.Query(Points, [deviceId]))
            {
                while (rows.Read())
                {
                    var point = new MeasurePoint(rows.GetString(0), Value(rows, 1), 0);
                    if (points is [.., var before] && before.Name == point.Name)
                    {
                        points.RemoveAt(points.Count - 1); // of a unit before
                    }

                    points.Add(point);
                }
            }

            return points.ConvertAll(point => point with { Offset = ReadChanges(reader, deviceId, point.Name, SeriesByHardware(reader, deviceId, point.Name), 1) is [.., var last] ? last.Offset ?? 0 : 0 });
        },
        cancellationToken);

    public Task<(IReadOnlyList<HardwareChange> Changes, IReadOnlyList<SeriesRun> Runs)> SeriesAsync(
        long deviceId, string point, DateTimeOffset from, DateTimeOffset to, TimeSpan bucket, CancellationToken cancellationToken) =>
        pool.ReadAsync<(IReadOnlyList<HardwareChange>, IReadOnlyList<SeriesRun>)>(
            reader =>
            {
                var series = SeriesByHardware(reader, deviceId, point);
                var known = ReadChanges(reader, deviceId, point, series, MaxChanges + 1);
                var changes = known.Where(change => change.At >= from && change.At < to).TakeLast(MaxChanges).ToList();
                var before = known.LastOrDefault(change => !changes.Contains(change) && change.At < to);
                var runs = new List<SeriesRun>();
                for (var i = -1; i < changes.Count; i++)
                {
                    // A unit's own stretch, and beyond where its clock says that it sent something there.
                    var (came, went) = (i < 0 ? before : changes[i], i + 1 < changes.Count ? changes[i + 1] : null);
                    var start = i < 0 || came!.FirstAfter?.At < came.At ? from : came.At;
                    var end = went is null || went.LastBefore?.At >= went.At ? to : went.At;
                    runs.Add(new SeriesRun(came?.Offset ?? 0, ReadBuckets(reader, series.GetValueOrDefault(came?.ReplacementId ?? 0), start, end, bucket)));
                }

                return (changes, runs);
            },
            cancellationToken);

    public Task<IReadOnlyList<HardwareChange>> ChangesAsync(long deviceId, string point, DateTimeOffset from, CancellationToken cancellationToken) =>
        pool.ReadAsync<IReadOnlyList<HardwareChange>>(
            reader =>
            {
                var known = ReadChanges(reader, deviceId, point, SeriesByHardware(reader, deviceId, point), int.MaxValue);
                var first = known.FindLastIndex(change => change.At <= from);
                return first < 0 ? known : known[first..];
            },
            cancellationToken);

    public Task<IReadOnlyList<MeasuredValue>> ValuesAsync(
        long deviceId, string point, long hardwareId, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken) =>
        pool.ReadAsync<IReadOnlyList<MeasuredValue>>(
            reader =>
            {
                var values = new List<MeasuredValue>();
                using var rows = reader.Query(Values, [SeriesByHardware(reader, deviceId, point).GetValueOrDefault(hardwareId), Milliseconds(from), Milliseconds(to), limit]);
                while (rows.Read())
                {
                    values.Add(Value(rows, 0));
                }

                return values;
            },
            cancellationToken);

    /// <summary>The series of each unit that sent the point. A unit that did not gets nought, which no series has.</summary>
    private static Dictionary<long, long> SeriesByHardware(SqliteReader reader, long deviceId, string point)
    {
        var series = new Dictionary<long, long>();
        using var rows = reader.Query(SeriesOf, [deviceId, point]);
        while (rows.Read())
        {
            series[rows.GetInt64(0)] = rows.GetInt64(1);
        }

        return series;
    }

    /// <summary>The latest replacements, oldest first.</summary>
    private static List<HardwareChange> ReadChanges(SqliteReader reader, long deviceId, string point, Dictionary<long, long> series, int limit)
    {
        var lines = new List<(long Id, long At, string OldKey, string NewKey, double? Baseline, double? FirstNumber)>();
        using (var rows = reader.Query(Changes, [deviceId, point, limit]))
        {
            while (rows.Read())
            {
                lines.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetString(2), rows.GetString(3), Number(rows, 4), Number(rows, 6)));
            }
        }

        if (lines.Count == 0)
        {
            return [];
        }

        lines.Reverse();
        var changes = new List<HardwareChange>(lines.Count);
        var lastBefore = series.Where(unit => unit.Key < lines[0].Id).OrderByDescending(unit => unit.Key)
            .Select(unit => One(reader, Last, unit.Value)).FirstOrDefault(value => value is not null);
        foreach (var line in lines)
        {
            var own = series.GetValueOrDefault(line.Id);
            var first = One(reader, First, own);
            changes.Add(new HardwareChange(
                line.Id, Instant(line.At), line.OldKey, line.NewKey, lastBefore, first, line.Baseline, line.FirstNumber ?? first?.Number ?? One(reader, FirstNumber, own)?.Number));
            lastBefore = first is null ? lastBefore : One(reader, Last, own);
        }

        return changes;
    }

    private static List<SeriesBucket> ReadBuckets(SqliteReader reader, long series, DateTimeOffset from, DateTimeOffset to, TimeSpan bucket)
    {
        var (start, end, width) = (Milliseconds(from), Milliseconds(to), (long)bucket.TotalMilliseconds);
        var buckets = new List<SeriesBucket>();
        while (start < end)
        {
            var next = Math.Min(end, start - (start % width) + width);
            if (ReadBucket(reader, series, start, next) is { } found)
            {
                buckets.Add(found);
                start = next;
            }
            else
            {
                // Nothing there: on to the bucket of the next value, however far.
                var value = One(reader, After, series, next, end);
                start = value is null ? end : Math.Max(next, Milliseconds(value.At) / width * width);
            }
        }

        return buckets;
    }

    private static SeriesBucket? ReadBucket(SqliteReader reader, long series, long start, long end)
    {
        int count, numbers;
        double? min, max, mean;
        using (var rows = reader.Query(Bucket, [series, start, end]))
        {
            rows.Read();
            (count, numbers, min, max, mean) = (rows.GetInt32(0), rows.GetInt32(1), Number(rows, 2), Number(rows, 3), Number(rows, 4));
        }

        return One(reader, Latest, series, start, end) is { } last ? new SeriesBucket(Instant(start), count, numbers, min, max, mean, last) : null;
    }

    private static MeasuredValue? One(SqliteReader reader, string sql, params IReadOnlyList<object> values)
    {
        using var rows = reader.Query(sql, values);
        return rows.Read() ? Value(rows, 0) : null;
    }

    /// <summary>From three columns: time, number, text.</summary>
    private static MeasuredValue Value(SqliteDataReader row, int column) =>
        new(Instant(row.GetInt64(column)), Number(row, column + 1), row.IsDBNull(column + 2) ? null : row.GetString(column + 2));

    private static double? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
