using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Live;

/// <summary>
/// Events of commands that this process has just committed, before their callers are answered: for what must not be a
/// moment late. Everything else listens to <see cref="LiveEvents"/>, which no crash and no other process escapes.
/// </summary>
public sealed class CommittedEvents(ILogger<CommittedEvents> logger)
{
    private ImmutableArray<Action<FleetEvent>> _handlers = [];

    /// <param name="handler">Must be quick: a caller waits for it.</param>
    internal IDisposable Subscribe(Action<FleetEvent> handler)
    {
        ImmutableInterlocked.Update(ref _handlers, handlers => handlers.Add(handler));
        return new Subscription(this, handler);
    }

    internal void Publish(IReadOnlyList<FleetEvent> events)
    {
        foreach (var handler in _handlers)
        {
            foreach (var fleetEvent in events)
            {
                try
                {
                    handler(fleetEvent);
                }
                catch (Exception exception)
                {
                    // What is committed is committed: its caller is told so, whatever a listener makes of it.
                    logger.LogError(exception, "A listener failed on {Event}", fleetEvent.GetType().Name);
                }
            }
        }
    }

    private sealed class Subscription(CommittedEvents events, Action<FleetEvent> handler) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref events._handlers, handlers => handlers.Remove(handler));
    }
}
