using System.Globalization;
using Portal.Core.MeasurePoints;

namespace Portal.Features.MeasurePoints;

/// <summary>Where everything of a chart lies: across in seconds from its left edge, upwards in thousandths of its height.</summary>
public sealed class SeriesPlot
{
    public const int Height = 1000;

    private const int TicksUpwards = 5;

    /// <summary>Closer together, only their numbers fit.</summary>
    private const double LabelWidth = 22;
    private const double LastMoment = 96;

    private readonly Series _series;
    private readonly Func<SeriesRun, double> _offset;

    /// <param name="isRaw">As the devices sent it, rather than with what is added after a replacement.</param>
    public SeriesPlot(Series series, bool isRaw)
    {
        (_series, IsRaw) = (series, isRaw);
        _offset = run => isRaw ? 0 : run.Offset;
        Seconds = Math.Max(1, (series.To - series.From).TotalSeconds);
        (Bottom, Top, Step) = Scale();
        Lines = [.. series.Runs.SelectMany(LinesOf)];
        Marks = [.. series.Changes.Select(MarkOf)];
    }

    public bool IsRaw { get; }

    public double Seconds { get; }

    public double Bottom { get; }

    public double Top { get; }

    private double Step { get; }

    public IReadOnlyList<PlotLine> Lines { get; }

    public IReadOnlyList<PlotMark> Marks { get; }

    /// <summary>Round numbers, from the bottom up, with their height in percent.</summary>
    public IEnumerable<(double Percent, string Label)> Levels
    {
        get
        {
            var count = (int)Math.Round((Top - Bottom) / Step);
            for (var i = 0; i <= count; i++)
            {
                yield return (100.0 * i / count, SeriesNumbers.Format(Math.Round(Bottom / Step) + i, Step));
            }
        }
    }

    /// <summary>Whole hours or days of UTC, with their place in percent.</summary>
    public IEnumerable<(double Percent, DateTimeOffset At)> Moments
    {
        get
        {
            var step = _series.Range switch
            {
                SeriesRange.Hour => TimeSpan.FromMinutes(10),
                SeriesRange.Day => TimeSpan.FromHours(4),
                SeriesRange.Week => TimeSpan.FromDays(1),
                _ => TimeSpan.FromDays(5),
            };
            for (var at = new DateTimeOffset(_series.From.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero) + step; at <= _series.To; at += step)
            {
                // Its text is centred under it, and must not reach beyond the edge.
                if (PercentAt(at) is var percent and < LastMoment)
                {
                    yield return (percent, at);
                }
            }
        }
    }

    public static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private double PercentAt(DateTimeOffset at) => Math.Clamp(100 * (at - _series.From).TotalSeconds / Seconds, 0, 100);

    private double Upwards(double value) => Height * (value - Bottom) / (Top - Bottom);

    /// <summary>From nought where that costs little, in steps of 1, 2 or 5.</summary>
    private (double Bottom, double Top, double Step) Scale()
    {
        var numbers = _series.Runs.SelectMany(run => run.Buckets.Where(bucket => bucket.Numbers > 0)
            .SelectMany(bucket => (double[])[bucket.Min!.Value + _offset(run), bucket.Max!.Value + _offset(run)])).ToList();
        var (low, high) = numbers.Count == 0 ? (0, 1) : (numbers.Min(), numbers.Max());
        if (low > 0 && low < high * 0.4)
        {
            low = 0;
        }

        if (high - low < Math.Max(1e-9, Math.Abs(high) * 1e-9))
        {
            var margin = Math.Max(1, Math.Abs(high) * 0.1);
            (low, high) = (low - margin, high + margin);
        }

        var raw = (high - low) / TicksUpwards;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        return (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    /// <summary>What one unit sent, in pieces: a line across hours without a value would say that there was one.</summary>
    private IEnumerable<PlotLine> LinesOf(SeriesRun run)
    {
        var points = run.Buckets.Where(bucket => bucket.Numbers > 0).Select(bucket => PointOf(run, bucket)).ToList();
        var distances = points.Zip(points.Skip(1), (left, right) => right.X - left.X).Order().ToList();
        var longest = distances.Count == 0 ? 0 : Math.Max(distances[distances.Count / 2] * 4, _series.Range.Bucket().TotalSeconds * 3);
        var piece = new List<PlotPoint>();
        foreach (var point in points)
        {
            if (piece.Count > 0 && point.X - piece[^1].X > longest)
            {
                yield return new PlotLine(piece, _offset(run));
                piece = [];
            }

            piece.Add(point);
        }

        if (piece.Count > 0)
        {
            yield return new PlotLine(piece, _offset(run));
        }
    }

    private PlotPoint PointOf(SeriesRun run, SeriesBucket bucket)
    {
        // A single value lies where it was; several, in the middle of what they came from.
        var at = bucket.Count == 1 ? bucket.Last.At : bucket.From + ((EndOf(bucket) - bucket.From) / 2);
        var offset = _offset(run);
        return new PlotPoint((at - _series.From).TotalSeconds, Upwards(bucket.Mean!.Value + offset), Upwards(bucket.Min!.Value + offset), Upwards(bucket.Max!.Value + offset));
    }

    /// <summary>A replacement ends the stretch that it falls into.</summary>
    private DateTimeOffset EndOf(SeriesBucket bucket)
    {
        var width = _series.Range.Bucket();
        var end = Earlier(DateTimeOffset.UnixEpoch + ((((bucket.From - DateTimeOffset.UnixEpoch).Ticks / width.Ticks) + 1) * width), _series.To);
        return _series.Changes.Where(change => change.At > bucket.From).Select(change => change.At).Prepend(end).Min();
    }

    private PlotMark MarkOf(HardwareChange change, int index)
    {
        var isNewest = index == _series.Changes.Count - 1;
        var from = change.LastBefore?.At ?? change.At;
        var until = change.FirstAfter?.At ?? (isNewest ? _series.To : change.At);
        var percent = PercentAt(change.At);
        var nearest = _series.Changes.Where(other => other != change).Select(other => Math.Abs(PercentAt(other.At) - percent)).DefaultIfEmpty(100).Min();
        return new PlotMark(index + 1, change, percent, PercentAt(from), PercentAt(until), HasRoom: nearest > LabelWidth);
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}

/// <param name="X">Seconds from the left edge.</param>
/// <param name="Y">The mean; all three upwards, in thousandths.</param>
public readonly record struct PlotPoint(double X, double Y, double Low, double High);

/// <summary>Values that belong together.</summary>
/// <param name="Offset">What was added to them.</param>
public sealed record PlotLine(IReadOnlyList<PlotPoint> Points, double Offset)
{
    /// <summary>For a polyline; a single value twice, which is drawn as a dot.</summary>
    public string Line => string.Join(' ', (Points.Count == 1 ? Points.Concat(Points) : Points).Select(point => Pair(point.X, point.Y)));

    /// <summary>For a polygon from the lowest to the highest; nothing where they are the same.</summary>
    public string? Band => Points.All(point => point.Low == point.High)
        ? null
        : string.Join(' ', Points.Select(point => Pair(point.X, point.High)).Concat(Points.Reverse().Select(point => Pair(point.X, point.Low))));

    private static string Pair(double x, double y) => $"{SeriesPlot.Text(x)},{SeriesPlot.Text(y)}";
}

/// <summary>A replacement.</summary>
/// <param name="Number">As the list below the chart counts.</param>
/// <param name="GapFrom">Where the values end, in percent, and <paramref name="GapUntil"/> where they begin again.</param>
public sealed record PlotMark(int Number, HardwareChange Change, double Percent, double GapFrom, double GapUntil, bool HasRoom);
