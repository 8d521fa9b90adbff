using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>How <see cref="Instant"/> writes a time.</summary>
public enum InstantForm
{
    /// <summary>Date and time.</summary>
    DateTime,

    /// <summary>"3 min ago" within a week, else date and time.</summary>
    Relative,

    Date,
}

/// <summary>A moment, in the zone of whoever looks: the server writes UTC, <c>portal.js</c> rewrites it; UTC stays in the title.</summary>
public sealed partial class Instant
{
    [Parameter, EditorRequired]
    public DateTimeOffset? At { get; set; }

    [Parameter]
    public InstantForm Form { get; set; } = InstantForm.DateTime;

    /// <summary>Shown where there is no moment.</summary>
    [Parameter]
    public string? None { get; set; }

    /// <summary>A moment for everybody: UTC, and it says so.</summary>
    public static string UtcText(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
