using System.ComponentModel.DataAnnotations;

namespace Portal.ConnectApi;

/// <summary>Limits of the REST door; section <c>ConnectApi</c>, checked at start.</summary>
public sealed class ConnectOptions
{
    public const string SectionName = "ConnectApi";

    /// <summary>Calls that one application may make in a second, in the long run. More are answered with HTTP 429.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Calls that one application may make at once after a while of silence.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 400;

    /// <summary>Searches of one application that run at a time; more wait a moment and are then answered with HTTP 429.</summary>
    [Range(1, 100)]
    public int SearchesAtOnce { get; set; } = 2;

    /// <summary>Calls without a known application (tokens, and what is refused) that one network address may make in a second.</summary>
    [Range(1, 1_000_000)]
    public int AnonymousRequestsPerSecond { get; set; } = 50;

    /// <summary>Longest request body; a longer one is answered with HTTP 413.</summary>
    [Range(1, 16 * 1024)]
    public int MaxBodySizeInKilobytes { get; set; } = 1024;

    /// <summary>How long a call may take: HTTP 408 when its body is not there by then, 503 when a read is not done. A write that has begun runs to its end.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Devices in one <c>batchCreate</c>.</summary>
    [Range(1, 10_000)]
    public int MaxDevicesPerBatch { get; set; } = 1000;

    /// <summary>
    /// Audience that a bearer token must name, separated by blanks where there are several. Empty: the client ID with
    /// which the portal itself is known to the provider (<c>Oidc:ClientId</c>).
    /// </summary>
    public string? BearerAudience { get; set; }

    internal int MaxBodySizeInBytes => MaxBodySizeInKilobytes * 1024;
}
