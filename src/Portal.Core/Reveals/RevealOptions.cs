using System.ComponentModel.DataAnnotations;

namespace Portal.Core.Reveals;

/// <summary>Section <c>Reveals</c>.</summary>
public sealed class RevealOptions
{
    public const string SectionName = "Reveals";

    /// <summary>How long a new secret can be seen by the one who made it (hh:mm:ss).</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often it may be shown in that time; 1 is "once" in the strictest reading.</summary>
    [Range(1, 20)]
    public int MaxDisplays { get; set; } = 5;
}
