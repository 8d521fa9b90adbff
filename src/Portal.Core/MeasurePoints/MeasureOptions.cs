using System.ComponentModel.DataAnnotations;

namespace Portal.Core.MeasurePoints;

/// <summary>Section <c>Data</c> of <c>appsettings.json</c>; checked at startup.</summary>
public sealed class MeasureOptions
{
    public const string SectionName = "Data";

    /// <summary>How long values are kept (d.hh:mm:ss).</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(15);

    /// <summary>Measure points of an asset.</summary>
    [Range(1, 10_000)]
    public int MaxPoints { get; set; } = 200;

    /// <summary>Values in one message.</summary>
    [Range(1, 100_000)]
    public int MaxValues { get; set; } = 5_000;

    /// <summary>How far the clock of a device may be ahead of ours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxAhead { get; set; } = TimeSpan.FromMinutes(5);
}
