using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Live;

/// <summary>Hands committed events to whoever listens in this process: open screens, later the broker.</summary>
public sealed class LiveEvents(ILogger<LiveEvents> logger)
{
    private ImmutableArray<Action<FleetEvent>> _handlers = [];

    /// <summary>Calls <paramref name="handler"/> for each event until the result is disposed. The handler must be quick: it runs in the dispatcher.</summary>
    /// <remarks>It runs in the context it was subscribed in, so that a screen goes on in its reader's language.</remarks>
    public IDisposable Subscribe(Action<FleetEvent> handler)
    {
        var context = ExecutionContext.Capture();
        Action<FleetEvent> inContext = context is null
            ? handler
            : fleetEvent => ExecutionContext.Run(context, _ => handler(fleetEvent), null);
        ImmutableInterlocked.Update(ref _handlers, handlers => handlers.Add(inContext));
        return new Subscription(this, inContext);
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
