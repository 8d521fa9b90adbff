using System.Collections.Concurrent;
using Portal.Core.Access;
using Portal.Core.Live;
using Portal.Core.Sessions;

namespace Portal.Authentication;

/// <summary>
/// Tells open screens that their sign-in is over: at once when somebody ended it, within <see cref="CheckInterval"/>
/// when it expired or ended in another process. Commands do not wait for this; the core looks for itself.
/// </summary>
public sealed class SessionWatch(SessionService sessions, LiveEvents events, TimeProvider clock, ILogger<SessionWatch> logger) : BackgroundService
{
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<Watcher, byte> _watchers = new();

    /// <param name="actor">The sign-in to watch.</param>
    /// <param name="ended">Called once, on a thread of its own.</param>
    /// <returns>Ends the watching.</returns>
    public IDisposable Watch(Actor actor, Action ended)
    {
        var watcher = new Watcher(this, actor, ended);
        _watchers[watcher] = 0;
        return watcher;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe(fleetEvent =>
        {
            if (fleetEvent is SessionEndedEvent ended)
            {
                End(actor => actor.Issuer == ended.Issuer && actor.Subject == ended.Subject
                    && (ended.SessionId is null || ended.SessionId == actor.SessionId));
            }
        });
        using var timer = new PeriodicTimer(CheckInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await CheckAsync(stoppingToken);
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var sessionId in _watchers.Keys.Select(watcher => watcher.Actor.SessionId).Distinct())
        {
            try
            {
                if (!await sessions.IsActiveAsync(sessionId, cancellationToken))
                {
                    End(actor => actor.SessionId == sessionId);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The database cannot say; then it cannot be read or changed by that session either.
                logger.LogWarning(exception, "A session could not be checked; trying again");
                return;
            }
        }
    }

    private void End(Func<Actor, bool> which)
    {
        foreach (var watcher in _watchers.Keys.Where(watcher => which(watcher.Actor)))
        {
            if (_watchers.TryRemove(watcher, out _))
            {
                _ = Task.Run(() => Tell(watcher));
            }
        }
    }

    private void Tell(Watcher watcher)
    {
        try
        {
            watcher.Ended();
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "A screen could not be told that its session ended");
        }
    }

    private sealed class Watcher(SessionWatch watch, Actor actor, Action ended) : IDisposable
    {
        public Actor Actor => actor;

        public Action Ended => ended;

        public void Dispose() => watch._watchers.TryRemove(this, out _);
    }
}
