using System.Collections.Concurrent;
using System.Threading.Channels;
using Portal.Broker;
using Portal.Core;
using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>
/// Devices that a broker elsewhere has let in because the portal said so. It asks again before it takes a message of theirs,
/// and a session that is over is refused from that moment on, whatever the broker still holds open.
/// </summary>
internal sealed partial class HookSessions : BackgroundService
{
    private const int MaxEndingAtOnce = 16;

    private readonly ConcurrentDictionary<string, HookSession> _byUserName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HookSession> _byClientId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HookSession> _leaving = new(StringComparer.Ordinal);
    private readonly Channel<(HookSession Ended, SignOutReason Reason)> _ended = Channel.CreateUnbounded<(HookSession, SignOutReason)>();
    private readonly DeviceDoor _door;
    private readonly DeviceSessions _sessions;
    private readonly DeviceRequests _requests;
    private readonly SessionKick _kick;
    private readonly ILogger<HookSessions> _logger;

    public HookSessions(DeviceDoor door, DeviceSessions sessions, DeviceRequests requests, SessionKick kick, ILogger<HookSessions> logger)
    {
        (_door, _sessions, _requests, _kick, _logger) = (door, sessions, requests, kick, logger);
        _sessions.Ended += OnEnded;
    }

    public async Task<Result<DeviceSession>> SignInAsync(DeviceConnect connect)
    {
        // The broker would publish the last word of the connection before, and ask about it under the names of this one.
        if (_leaving.ContainsKey(connect.ClientId))
        {
            return new DeviceRefused(ConnectionCodes.Unavailable, "the connection before it is being closed at this moment");
        }

        var result = await _door.SignInAsync(connect with { MayActivate = false });
        if (!result.IsSuccess)
        {
            return result;
        }

        var session = new HookSession(result.Value, connect.UserName!, connect.ClientId);
        if (TakeClientId(session) && Keep(session))
        {
            return result;
        }

        Forget(session);
        _door.SignOut(session.Session, SignOutReason.Refused);
        return new DeviceRefused(ConnectionCodes.SignCheckFailed, "its client ID belongs to another device, or its credential ended at this moment");
    }

    /// <summary>
    /// Whether the device may publish to a topic, or subscribe to a filter. Never both: what it had the broker retain or queue
    /// would be heard by the hardware that comes after it.
    /// </summary>
    public bool Allows(string? userName, string? clientId, string? topic, bool isPublish) =>
        Find(userName, clientId) is { } found
        && DeviceTopic.TryParse(topic, out var parsed) && parsed.Of(found.Session) is not null
        && !IsWild(parsed.ProductKey) && !IsWild(parsed.DeviceKey)
        && (isPublish ? DeviceRequests.IsServed(parsed) : !DeviceRequests.Served(parsed).Any(served => TopicFilters.Match(topic!, served.ToString())));

    /// <summary>The live session of a connection.</summary>
    public HookSession? Find(string? userName, string? clientId) =>
        userName is not null && _byUserName.TryGetValue(userName, out var found) && found.ClientId == clientId && found.Session.IsLive ? found : null;

    /// <summary>What the broker passed on of a device: as if it had been sent here.</summary>
    /// <param name="at">When the broker had it; what it passes on late may be of the connection before, whose secret is over.</param>
    public Task<DeviceAnswer> AnswerAsync(string? userName, string? clientId, DateTimeOffset? at, string topic, ReadOnlyMemory<byte> payload) =>
        Find(userName, clientId) is { } found && !(at < found.Session.RenewedAt)
            ? _requests.AnswerAsync(found.Session, topic, payload, isRetained: false)
            : Task.FromResult(DeviceAnswer.Over);

    /// <summary>The broker has lost or closed a connection.</summary>
    /// <param name="at">When; a report that comes late is not about the connection that there is now.</param>
    public void SignOut(string? userName, string? clientId, DateTimeOffset? at, SignOutReason reason)
    {
        if (Find(userName, clientId) is { } found && !(at < found.Session.Since) && Forget(found))
        {
            _door.SignOut(found.Session, reason);
        }
    }

    public override void Dispose()
    {
        _sessions.Ended -= OnEnded;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _door.SignOutLeftoversAsync();
            var options = new ParallelOptions { MaxDegreeOfParallelism = MaxEndingAtOnce, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(_ended.Reader.ReadAllAsync(stoppingToken), options, EndAsync);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops; the broker and its connections stay.
        }
    }

    /// <summary>
    /// A broker gives a connection, and what it kept for it, to whoever comes with the same client ID. So while a device
    /// is connected no other may use its client ID, unless it is the one that the ID names.
    /// </summary>
    private bool TakeClientId(HookSession session)
    {
        while (true)
        {
            var holder = _byClientId.GetOrAdd(session.ClientId, session);
            if (holder == session)
            {
                return true;
            }

            if (holder.Session.IsLive && holder.UserName != session.UserName && (holder.IsNamedAfterItself || !session.IsNamedAfterItself))
            {
                LogClientIdTaken(session.Session.AssetId, holder.Session.AssetId);
                return false;
            }

            if (_byClientId.TryUpdate(session.ClientId, session, holder))
            {
                return true;
            }
        }
    }

    private bool Keep(HookSession session)
    {
        // Two connections of a device at the same moment: the one that the core kept, in whichever order they come here.
        var kept = _byUserName.AddOrUpdate(
            session.UserName, static (_, mine) => mine, static (_, other, mine) => mine.Session.IsLive || !other.Session.IsLive ? mine : other, session);
        return kept == session && session.Session.IsLive;
    }

    private bool Forget(HookSession session)
    {
        _byClientId.TryRemove(new(session.ClientId, session));
        return _byUserName.TryRemove(new(session.UserName, session));
    }

    /// <summary>A command waits for this: the rest is done behind it.</summary>
    private void OnEnded(DeviceSession session, SignOutReason reason)
    {
        if (_byUserName.TryGetValue($"{session.DeviceKey}&{session.ProductKey}", out var found) && found.Session == session && Forget(found))
        {
            if (reason == SignOutReason.CredentialEnded)
            {
                _leaving[found.ClientId] = found;
            }

            _ended.Writer.TryWrite((found, reason));
        }
    }

    private async ValueTask EndAsync((HookSession Ended, SignOutReason Reason) end, CancellationToken stopping)
    {
        try
        {
            _door.SignOut(end.Ended.Session, end.Reason);
            if (end.Reason == SignOutReason.CredentialEnded)
            {
                await _kick.SendAsync(end.Ended, stopping);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotEnded(exception, end.Ended.Session.AssetId);
        }
        finally
        {
            _leaving.TryRemove(new(end.Ended.ClientId, end.Ended));
        }
    }

    /// <summary>Older keys may hold anything: one that a broker would take for "any device" is no name.</summary>
    private static bool IsWild(string key) => key.AsSpan().ContainsAny("+#*");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The device of asset {Asset} was refused: it came with the client ID under which the device of asset {Holder} is connected")]
    private partial void LogClientIdTaken(string asset, string holder);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sign-out of the device of asset {Asset} was not recorded")]
    private partial void LogNotEnded(Exception exception, string asset);
}
