namespace Portal.Core.MeasurePoints;

/// <summary>How values come out of the database; what differs between databases. Rights are looked at before.</summary>
public interface IMeasureReader
{
    /// <summary>The points of a device by name, each with its latest value; a series that retention has emptied is none.</summary>
    Task<IReadOnlyList<MeasurePoint>> PointsAsync(long deviceId, CancellationToken cancellationToken);

    /// <summary>One point from <paramref name="from"/> until before <paramref name="to"/>, in buckets of one unit each.</summary>
    /// <returns>Changes and runs; what a range is, is the caller's matter.</returns>
    Task<(IReadOnlyList<HardwareChange> Changes, IReadOnlyList<SeriesRun> Runs)> SeriesAsync(
        long deviceId, string point, DateTimeOffset from, DateTimeOffset to, TimeSpan bucket, CancellationToken cancellationToken);

    /// <summary>The changes of a device that values from <paramref name="from"/> on need to be understood, oldest first, the one before them too.</summary>
    Task<IReadOnlyList<HardwareChange>> ChangesAsync(long deviceId, string point, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Values that one unit sent, in order of time, at most <paramref name="limit"/>.</summary>
    /// <param name="hardwareId">The replacement that brought the unit, 0 for the first.</param>
    Task<IReadOnlyList<MeasuredValue>> ValuesAsync(
        long deviceId, string point, long hardwareId, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken);
}
