using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>
/// The MQTT broker: every device speaks with the portal, none with another. So nothing is queued, retained or passed on,
/// and there is nothing that could outlive the session that it belongs to.
/// </summary>
internal sealed class DeviceBroker : IDisposable
{
    /// <summary>Topic, properties and packet identifier beside the message itself.</summary>
    private const int MaxBytesBesideMessage = 64 * 1024;

    private const int MaxFiltersOfADevice = 128;
    private const int MaxFiltersPerSubDevice = 8;

    private static readonly TimeSpan s_watchInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<DeviceLink, byte> _links = new();
    private readonly ConcurrentDictionary<DeviceSession, DeviceLink> _bySession = new();
    private readonly DeviceSessions _sessions;
    private readonly ILogger<DeviceBroker> _logger;
    private readonly Timer _watch;

    public DeviceBroker(
        DeviceDoor door, DeviceSessions sessions, DeviceRequests requests, KeptSessions kept, IOptions<ConnectionOptions> options, ILogger<DeviceBroker> logger)
    {
        (Door, _sessions, Requests, Kept, Options, _logger) = (door, sessions, requests, kept, options.Value, logger);
        _sessions.Ended += OnEnded;
        _watch = new Timer(_ => EndOverdue(), null, s_watchInterval, s_watchInterval);
    }

    public DeviceDoor Door { get; }

    public DeviceRequests Requests { get; }

    public KeptSessions Kept { get; }

    public ConnectionOptions Options { get; }

    public int MaxPacketBytes => Options.MaxMessageBytes + MaxBytesBesideMessage;

    public static int MaxFilters(DeviceSession session) => MaxFiltersOfADevice + (session.SubDevices.Count * MaxFiltersPerSubDevice);

    /// <summary>Serves a connection until it ends.</summary>
    /// <param name="abort">Cuts it, whatever it is doing.</param>
    public async Task ServeAsync(IDuplexPipe transport, string? address, Action abort)
    {
        var link = new DeviceLink(this, new PacketStream(transport.Input, transport.Output, abort), address, abort);
        _links[link] = 0;
        try
        {
            await link.RunAsync();
        }
        catch (Exception exception)
        {
            Report(exception);
        }
        finally
        {
            _links.TryRemove(link, out _);
        }
    }

    /// <summary>A fault of ours, not of a device.</summary>
    public void Report(Exception exception) => _logger.LogError(exception, "The connection of a device ended by a fault of the portal");

    public void Add(DeviceSession session, DeviceLink link)
    {
        _bySession[session] = link;
        if (!session.IsLive)
        {
            link.End(session.EndedBy ?? SignOutReason.CredentialEnded); // ended while it was being told that it is signed in
        }
    }

    public void Remove(DeviceSession session) => _bySession.TryRemove(session, out _);

    /// <summary>Ends every connection, as when the portal stops.</summary>
    public void EndAll()
    {
        foreach (var link in _links.Keys)
        {
            link.End(SignOutReason.Shutdown);
        }
    }

    public void Dispose()
    {
        _sessions.Ended -= OnEnded;
        _watch.Dispose();
    }

    private void OnEnded(DeviceSession session, SignOutReason reason)
    {
        if (reason == SignOutReason.CredentialEnded)
        {
            Kept.Forget(session);
        }

        if (_bySession.TryGetValue(session, out var link))
        {
            link.End(reason);
        }
    }

    private void EndOverdue()
    {
        var now = Environment.TickCount64;
        foreach (var (link, _) in _links)
        {
            if (link.IsOverdue(now))
            {
                link.End(SignOutReason.KeepAlive);
            }
        }
    }
}
