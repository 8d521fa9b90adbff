using System.Collections.Concurrent;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>
/// What devices listened to that asked to find it again (<c>clean session</c> off), and which of their messages were taken. It belongs to
/// one generation of a secret: whoever comes with another finds nothing. No message waits here, since the portal sends devices only answers.
/// </summary>
internal sealed class KeptSessions(TimeProvider clock)
{
    private const int MaxKept = 100_000;

    /// <summary>Also when a device asks for longer.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_cleanInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Kept> _kept = new();
    private DateTimeOffset _cleanedAt;

    /// <summary>What the device left, if it may have it; whatever is there is taken away.</summary>
    public (TopicFilters Filters, UnreleasedMessages Unreleased)? Take(DeviceSession session) =>
        _kept.TryRemove(session.DeviceId, out var kept) && kept.CredentialVersion == session.CredentialVersion && clock.GetUtcNow() < kept.Until
            ? (kept.Filters, kept.Unreleased)
            : null;

    /// <param name="time">From now on; none while the device is signed in.</param>
    public void Keep(DeviceSession session, TopicFilters filters, UnreleasedMessages unreleased, TimeSpan? time)
    {
        var now = clock.GetUtcNow();
        if (_kept.Count >= MaxKept)
        {
            Clean(now);
        }

        if (_kept.Count < MaxKept || _kept.ContainsKey(session.DeviceId))
        {
            _kept[session.DeviceId] = new Kept(session.CredentialVersion, filters, unreleased, now + time ?? DateTimeOffset.MaxValue);
        }
    }

    public void Forget(DeviceSession session) => _kept.TryRemove(session.DeviceId, out _);

    private void Clean(DateTimeOffset now)
    {
        if (now - _cleanedAt < s_cleanInterval)
        {
            return;
        }

        _cleanedAt = now;
        foreach (var (device, kept) in _kept)
        {
            if (kept.Until <= now)
            {
                _kept.TryRemove(new(device, kept));
            }
        }
    }

    private sealed record Kept(int CredentialVersion, TopicFilters Filters, UnreleasedMessages Unreleased, DateTimeOffset Until);
}
