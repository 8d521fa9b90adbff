namespace Portal.Broker;

/// <summary>How devices reach the portal just now, for screens and whoever waits for it.</summary>
public sealed class BrokerState
{
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Port on which devices connect without encryption, if there is one.</summary>
    public int? ClearTextPort { get; private set; }

    public int? TlsPort { get; private set; }

    /// <summary>Port that somebody else has, so that no device can connect.</summary>
    public int? TakenPort { get; private set; }

    /// <summary>Done when devices can connect; never where they may not.</summary>
    public Task Listening => _listening.Task;

    internal void Listens(int? clearTextPort, int? tlsPort)
    {
        (ClearTextPort, TlsPort, TakenPort) = (clearTextPort, tlsPort, null);
        _listening.TrySetResult();
    }

    internal void Waits(int takenPort) => (ClearTextPort, TlsPort, TakenPort) = (null, null, takenPort);

    internal void Stopped() => (ClearTextPort, TlsPort, TakenPort) = (null, null, null);
}
