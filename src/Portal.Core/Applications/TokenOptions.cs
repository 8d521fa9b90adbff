using System.ComponentModel.DataAnnotations;

namespace Portal.Core.Applications;

/// <summary>Section <c>Tokens</c>.</summary>
public sealed class TokenOptions
{
    public const string SectionName = "Tokens";

    /// <summary>How long an access token lives after it was got or refreshed (hh:mm:ss); EnOS clients expect two hours, and renew it ten minutes before its end.</summary>
    [Range(typeof(TimeSpan), "00:11:00", "24:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(2);
}
