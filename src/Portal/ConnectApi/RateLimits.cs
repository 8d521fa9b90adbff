using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Portal.ConnectApi;

/// <summary>How many calls one application, or one address without a known application, may make, and how many searches at once.</summary>
public sealed class RateLimits(IOptions<ConnectOptions> options) : IAsyncDisposable
{
    /// <summary>More than a client has under way that asks for some pages side by side.</summary>
    private const int MaxWaitingSearches = 32;

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_searchWait = TimeSpan.FromSeconds(2);

    private readonly PartitionedRateLimiter<string> _applications = Create(options.Value.RequestsPerSecond, options.Value.Burst);
    private readonly PartitionedRateLimiter<string> _addresses = Create(options.Value.AnonymousRequestsPerSecond, options.Value.AnonymousRequestsPerSecond);
    private readonly PartitionedRateLimiter<string> _searches = PartitionedRateLimiter.Create<string, string>(who =>
        RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Value.SearchesAtOnce, QueueLimit = MaxWaitingSearches }),
        StringComparer.Ordinal);

    /// <returns>Why a call of the application is not taken now, or nothing.</returns>
    public Refusal? OfApplication(string accessKey) => Ask(_applications, accessKey);

    /// <returns>Why a call from that address, of nobody known, is not taken now, or nothing.</returns>
    public Refusal? OfAddress(string? address) => Ask(_addresses, address ?? "");

    /// <summary>Waits a moment for the application's other searches: one that no index helps looks at every device for as long as it may.</summary>
    /// <returns>To be disposed when the search is over; nothing when too many are under way.</returns>
    public async Task<IDisposable?> BeginSearchAsync(string accessKey, CancellationToken aborted)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        wait.CancelAfter(s_searchWait);
        try
        {
            var lease = await _searches.AcquireAsync(accessKey, cancellationToken: wait.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _applications.DisposeAsync();
        await _addresses.DisposeAsync();
        await _searches.DisposeAsync();
    }

    private static Refusal? Ask(PartitionedRateLimiter<string> limiter, string who)
    {
        using var lease = limiter.AttemptAcquire(who);
        return lease.IsAcquired ? null : Refusal.TooMany(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null);
    }

    private static PartitionedRateLimiter<string> Create(int perSecond, int burst) => PartitionedRateLimiter.Create<string, string>(who =>
        RateLimitPartition.GetTokenBucketLimiter(who, _ =>
        {
            var tokens = Math.Max(1, (int)(perSecond * s_step.TotalSeconds));
            return new TokenBucketRateLimiterOptions
            {
                // Tokens come ten times a second: fewer places than that and the rate would never be reached.
                TokenLimit = Math.Max(burst, perSecond / 5),
                TokensPerPeriod = tokens,
                ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / perSecond),
                AutoReplenishment = true,
                QueueLimit = 0,
            };
        }), StringComparer.Ordinal);
}
