using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Live;

/// <summary>Hands committed events to whoever listens in this process: open screens, later the broker.</summary>
public sealed class LiveEvents(ILogger<LiveEvents> logger)
{
    private ImmutableArray<Action<FleetEvent>> _handlers = [];

    /// <summary>Calls <paramref name="handler"/> for each event until the result is disposed. The handler must be quick: it runs in the dispatcher.</summary>
    public IDisposable Subscribe(Action<FleetEvent> handler)
    {
        ImmutableInterlocked.Update(ref _handlers, handlers => handlers.Add(handler));
        return new Subscription(this, handler);
    }

    internal void Publish(FleetEvent fleetEvent)
    {
        foreach (var handler in _handlers)
        {
            try
            {
                handler(fleetEvent);
            }
            catch (Exception exception)
            {
                logger.LogError(exception, "A listener failed on {Event}", fleetEvent.GetType().Name);
            }
        }
    }

    private sealed class Subscription(LiveEvents events, Action<FleetEvent> handler) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref events._handlers, handlers => handlers.Remove(handler));
    }
}
