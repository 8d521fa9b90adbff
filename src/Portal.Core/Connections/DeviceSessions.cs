using System.Collections.Concurrent;
using Portal.Core.Live;

namespace Portal.Core.Connections;

/// <summary>
/// Devices that are signed in to this process. A session ends before the command that ended its credential is answered,
/// so that not one message of the old hardware is taken after the answer.
/// </summary>
public sealed class DeviceSessions : IDisposable
{
    private readonly ConcurrentDictionary<long, DeviceSession[]> _sessions = new();
    private readonly IDisposable _elsewhere;
    private readonly IDisposable _here;

    public DeviceSessions(CommittedEvents committed, LiveEvents events)
    {
        _here = committed.Subscribe(Apply);

        // What another process committed comes by the outbox.
        _elsewhere = events.Subscribe(Apply);
    }

    /// <summary>Raised once for each session whose credential or gateway ended, or that was taken over. Must be quick: a command waits for it.</summary>
    public event Action<DeviceSession, SignOutReason>? Ended;

    public int Count => _sessions.Count;

    /// <summary>The live session of a device, if there is one.</summary>
    public DeviceSession? Find(long deviceId) =>
        _sessions.TryGetValue(deviceId, out var sessions) ? Array.FindLast(sessions, session => session.IsLive) : null;

    public void Dispose()
    {
        _here.Dispose();
        _elsewhere.Dispose();
    }

    /// <summary>Before its sign-in is written: what ends its credential meanwhile must find it.</summary>
    internal void Add(DeviceSession session) =>
        _sessions.AddOrUpdate(session.DeviceId, static (_, added) => [added], static (_, others, added) => [.. others, added], session);

    /// <summary>Its sign-in is written: whoever was signed in as this device is not any more.</summary>
    internal void TakeOver(DeviceSession session)
    {
        if (_sessions.TryGetValue(session.DeviceId, out var sessions))
        {
            foreach (var other in sessions.TakeWhile(other => other != session))
            {
                End(other, SignOutReason.TakenOver);
            }
        }
    }

    internal void Remove(DeviceSession session)
    {
        session.Gateway?.Remove(session);
        while (_sessions.TryGetValue(session.DeviceId, out var sessions))
        {
            var left = Array.FindAll(sessions, other => other != session);
            if (left.Length == sessions.Length
                || (left.Length == 0 ? _sessions.TryRemove(new(session.DeviceId, sessions)) : _sessions.TryUpdate(session.DeviceId, left, sessions)))
            {
                return;
            }
        }
    }

    internal void End(DeviceSession session, SignOutReason reason)
    {
        if (!session.End(reason))
        {
            return;
        }

        Ended?.Invoke(session, reason);
        foreach (var behind in session.SubDevices)
        {
            End(behind, reason == SignOutReason.CredentialEnded ? SignOutReason.ConnectionLost : reason);
        }
    }

    private void Apply(FleetEvent fleetEvent)
    {
        if (fleetEvent is DeviceChangedEvent changed && _sessions.TryGetValue(changed.DeviceId, out var sessions))
        {
            foreach (var session in sessions.Where(session => session.CredentialVersion < changed.CredentialVersion))
            {
                End(session, SignOutReason.CredentialEnded);
            }
        }
    }
}
