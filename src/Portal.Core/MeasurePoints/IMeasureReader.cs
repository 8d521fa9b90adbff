namespace Portal.Core.MeasurePoints;

/// <summary>How values come out of the database; what differs between databases. Rights are looked at before.</summary>
public interface IMeasureReader
{
    /// <summary>The points of a device by name, each with its latest value; a series that retention has emptied is none.</summary>
    Task<IReadOnlyList<MeasurePoint>> PointsAsync(long deviceId, CancellationToken cancellationToken);

    /// <summary>One point from <paramref name="from"/> until before <paramref name="to"/>, in buckets that no replacement lies within.</summary>
    /// <returns>Changes and runs; what a range is, is the caller's matter.</returns>
    Task<(IReadOnlyList<HardwareChange> Changes, IReadOnlyList<SeriesRun> Runs)> SeriesAsync(
        long deviceId, string point, DateTimeOffset from, DateTimeOffset to, TimeSpan bucket, CancellationToken cancellationToken);

    /// <summary>The changes of a device that values from <paramref name="from"/> on need to be understood, oldest first, the one before them too.</summary>
    Task<IReadOnlyList<HardwareChange>> ChangesAsync(long deviceId, string point, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Values in order of time, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<MeasuredValue>> ValuesAsync(
        long deviceId, string point, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken);
}
