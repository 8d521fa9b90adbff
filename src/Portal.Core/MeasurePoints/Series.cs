namespace Portal.Core.MeasurePoints;

/// <summary>A value as the device sent it.</summary>
public sealed record MeasuredValue(DateTimeOffset At, double? Number, string? Text);

/// <summary>A measure point of an asset.</summary>
/// <param name="Last">The latest value, as the device sent it.</param>
/// <param name="Offset">What is added to numbers of the hardware that is there now; see <see cref="HardwareChange.Offset"/>.</param>
public sealed record MeasurePoint(string Name, MeasuredValue Last, double Offset)
{
    public bool IsNumber => Last.Number is not null;
}

/// <summary>The values of one stretch of time, as the device sent them.</summary>
/// <param name="From">Where the stretch begins: a multiple of its width since 1970, or the moment at which its unit came.</param>
/// <param name="Count">Values in it; <paramref name="Numbers"/> of them are numbers.</param>
/// <param name="Min">Of the numbers, like maximum and mean; nothing without any.</param>
/// <param name="Last">The latest value.</param>
public sealed record SeriesBucket(DateTimeOffset From, int Count, int Numbers, double? Min, double? Max, double? Mean, MeasuredValue Last);

/// <summary>What came from one unit.</summary>
/// <param name="Offset">Added to each number it is shown by; nought where no baseline was noted.</param>
public sealed record SeriesRun(double Offset, IReadOnlyList<SeriesBucket> Buckets);

/// <summary>A replacement of the hardware, and what it did to one series.</summary>
/// <param name="LastBefore">The latest value of the hardware before, as it was sent; nothing when it is not kept any more, or there never was one.</param>
/// <param name="FirstAfter">
/// The first value of the hardware that came, as it was sent; nothing until it sends one, or when a later replacement came first. It is
/// from before the replacement where the clock of that unit is slow.
/// </param>
/// <param name="Baseline">
/// The counter baseline that was noted at the replacement: what the total of the asset was when the old unit was taken out, on the scale
/// that is shown, so baselines of earlier replacements are in it.
/// </param>
/// <param name="FirstNumber">The first number of the hardware that came, also when the value itself is not kept any more.</param>
public sealed record HardwareChange(
    long ReplacementId, DateTimeOffset At, string OldKey, string NewKey, MeasuredValue? LastBefore, MeasuredValue? FirstAfter, double? Baseline, double? FirstNumber)
{
    /// <summary>How long no value came: from the last one before to the first one after. None where the two overlap, which clocks that disagree make.</summary>
    public TimeSpan? Gap => FirstAfter?.At - LastBefore?.At is { } gap ? TimeSpan.FromTicks(Math.Max(0, gap.Ticks)) : null;

    /// <summary>
    /// What is added to every number of the hardware that came, until the next replacement: baseline minus its first number. So its first
    /// number is shown as the baseline, and the total goes on from there. What the old unit still counted after it was read last, and the new
    /// one before it sent first, is not in any value and not made up.
    /// </summary>
    public double? Offset => Baseline - FirstNumber;
}

/// <summary>One measure point of an asset over a range.</summary>
/// <param name="To">Now, or the latest value if the clock of the device is ahead.</param>
/// <param name="Changes">Replacements within the range, oldest first.</param>
/// <param name="Runs">One more than changes: what came before the first, between them and after the last.</param>
public sealed record Series(
    string AssetId, string Point, SeriesRange Range, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<HardwareChange> Changes, IReadOnlyList<SeriesRun> Runs)
{
    public bool IsEmpty => Runs.All(run => run.Buckets.Count == 0);

    public bool HasNumbers => Runs.Any(run => run.Buckets.Any(bucket => bucket.Numbers > 0));

    /// <summary>Whether what is shown differs anywhere from what was sent.</summary>
    public bool IsShifted => Runs.Any(run => run.Offset != 0 && run.Buckets.Count > 0);
}
