using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Portal.Core.MeasurePoints;

/// <summary>Tells open screens that an asset has newer values. In this process and past the outbox: a post is no event of the fleet.</summary>
public sealed class MeasureFeed(ILogger<MeasureFeed> logger)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Action>> _followers = new(StringComparer.Ordinal);

    /// <summary>Calls <paramref name="changed"/> after each commit with values of the asset until the result is disposed. It must be quick, and coalesce by itself.</summary>
    /// <remarks>It runs in the context it was asked for in, so that a screen goes on in its reader's language.</remarks>
    public IDisposable Follow(string assetId, Action changed)
    {
        var context = ExecutionContext.Capture();
        Action inContext = context is null ? changed : () => ExecutionContext.Run(context, _ => changed(), null);
        _followers.AddOrUpdate(assetId, [inContext], (_, others) => others.Add(inContext));
        return new Following(this, assetId, inContext);
    }

    internal void Tell(string assetId)
    {
        if (_followers.IsEmpty || !_followers.TryGetValue(assetId, out var followers))
        {
            return;
        }

        foreach (var follower in followers)
        {
            try
            {
                follower();
            }
            catch (Exception exception)
            {
                logger.LogError(exception, "A screen that follows asset {AssetId} failed", assetId);
            }
        }
    }

    private void Leave(string assetId, Action follower)
    {
        while (_followers.TryGetValue(assetId, out var followers))
        {
            var left = followers.Remove(follower);
            if (left.IsEmpty ? _followers.TryRemove(KeyValuePair.Create(assetId, followers)) : _followers.TryUpdate(assetId, left, followers))
            {
                return;
            }
        }
    }

    private sealed class Following(MeasureFeed feed, string assetId, Action follower) : IDisposable
    {
        public void Dispose() => feed.Leave(assetId, follower);
    }
}
