using Portal.Core.Persistence;

namespace Portal.Core.Replacements;

/// <summary>
/// What the total of an asset was when its old unit was taken out, e.g. the reading of a meter: the first number of the new unit is shown as
/// this, and the total does not jump.
/// </summary>
/// <param name="Point">A measure point of the asset that holds numbers.</param>
/// <param name="Value">On the scale that is shown, so baselines of earlier replacements are in it.</param>
public sealed record CounterBaseline(string Point, double Value)
{
    /// <summary>What a refusal calls it.</summary>
    public const string Field = "baseline";

    /// <summary>Of one replacement.</summary>
    public const int Limit = 10;

    internal static bool AreValid(IReadOnlyList<CounterBaseline> baselines) =>
        baselines.Count <= Limit && baselines.All(baseline => baseline.Point is { Length: > 0 } && double.IsFinite(baseline.Value))
        && baselines.DistinctBy(baseline => baseline.Point, StringComparer.Ordinal).Count() == baselines.Count;
}

/// <summary>How baselines get into the database; what differs between databases.</summary>
public interface ICounterBaselineWriter
{
    /// <returns>False, and the unit is to be undone, when the device has no such point with numbers.</returns>
    Task<bool> AddAsync(IWriteUnit unit, long deviceId, long replacementId, IReadOnlyList<CounterBaseline> baselines);
}
