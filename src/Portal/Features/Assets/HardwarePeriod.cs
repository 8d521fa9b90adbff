using Portal.Core.Replacements;

namespace Portal.Features.Assets;

/// <summary>One device key in the life of an asset.</summary>
/// <param name="Until">Open for the hardware that is there now.</param>
/// <param name="PutInBy">How it came; none for the hardware that the asset was created with.</param>
/// <param name="RetiredBy">How it went; none for the hardware that is there now.</param>
/// <param name="Reissues">New secrets for this key, newest first.</param>
public sealed record HardwarePeriod(
    string DeviceKey, DateTimeOffset From, DateTimeOffset? Until, ReplacementSummary? PutInBy, ReplacementSummary? RetiredBy, IReadOnlyList<ReplacementSummary> Reissues)
{
    /// <summary>Newest first.</summary>
    public static IReadOnlyList<HardwarePeriod> Of(AssetDetail asset)
    {
        var periods = new List<HardwarePeriod>();
        var reissues = new List<ReplacementSummary>();
        ReplacementSummary? newer = null;
        foreach (var change in asset.History)
        {
            if (change.Kind == ReplacementKind.Reissue)
            {
                reissues.Add(change);
                continue;
            }

            periods.Add(new HardwarePeriod(change.NewDeviceKey, change.At, newer?.At, change, newer, [.. reissues]));
            reissues.Clear();
            newer = change;
        }

        periods.Add(new HardwarePeriod(newer?.OldDeviceKey ?? asset.DeviceKey, newer?.OldDeviceKeySince ?? asset.CreatedAt, newer?.At, null, newer, reissues));
        return periods;
    }
}
