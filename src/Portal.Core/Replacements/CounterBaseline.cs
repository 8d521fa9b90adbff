using Portal.Core.Persistence;

namespace Portal.Core.Replacements;

/// <summary>
/// What a meter showed when it was taken out: the total of the asset goes on from there, and does not jump.
/// </summary>
/// <param name="Point">A measure point of the asset that holds numbers.</param>
/// <param name="Reading">As the old unit itself counted; what it is shown by because of earlier baselines is added when it is kept.</param>
public sealed record CounterBaseline(string Point, double Reading)
{
    /// <summary>What a refusal calls it.</summary>
    public const string Field = "baseline";

    /// <summary>Of one replacement.</summary>
    public const int Limit = 10;

    internal static bool AreValid(IReadOnlyList<CounterBaseline> baselines) =>
        baselines.Count <= Limit && baselines.All(baseline => baseline.Point is { Length: > 0 } && double.IsFinite(baseline.Reading))
        && baselines.DistinctBy(baseline => baseline.Point, StringComparer.Ordinal).Count() == baselines.Count;
}

/// <summary>How baselines get into the database; what differs between databases.</summary>
public interface ICounterBaselineWriter
{
    /// <returns>False, and the unit is to be undone, when the device has no such point with numbers.</returns>
    Task<bool> AddAsync(IWriteUnit unit, long deviceId, long replacementId, IReadOnlyList<CounterBaseline> baselines);
}
