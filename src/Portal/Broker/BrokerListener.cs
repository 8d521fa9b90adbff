using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Portal.Broker;

/// <summary>
/// Listens for devices on ports of their own, by a server of its own: pages keep the addresses that they were given, and a
/// port that is taken stops nobody but devices.
/// </summary>
internal sealed class BrokerListener(
    BrokerSettings settings, DeviceBroker broker, BrokerState state, IHostApplicationLifetime lifetime, IServiceProvider services, ILoggerFactory loggers,
    ILogger<BrokerListener> logger) : BackgroundService
{
    private const int MaxWaitingConnections = 4096;
    private static readonly TimeSpan s_handshakePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_portRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Pages first: nobody waits for a device in the first moment, and a person does.
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        try
        {
            await started.Task.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return; // the portal did not start, which is told by whoever kept it from it
        }

        await broker.Door.SignOutLeftoversAsync();
        if (!settings.IsClearText && !settings.IsTls)
        {
            return; // by WebSocket only
        }

        using var server = await ListenAsync(stoppingToken);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            state.Stopped();
            broker.EndAll();
            using var patience = new CancellationTokenSource(s_stopPatience);
            await server.StopAsync(patience.Token);
        }
    }

    private async Task<KestrelServer> ListenAsync(CancellationToken stoppingToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            ListenOptions? clearText = null, tls = null;
            var options = new KestrelServerOptions { ApplicationServices = services };
            if (settings.IsClearText)
            {
                Listen(options, settings.Port, listen => clearText = listen);
            }

            if (settings.IsTls)
            {
                Listen(options, settings.TlsPort, listen => (tls = listen).UseHttps(Tls()));
            }

            var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { Backlog = MaxWaitingConnections, UnsafePreferInlineScheduling = true }), loggers);
            var server = new KestrelServer(Options.Create(options), transport, loggers);
            try
            {
                await server.StartAsync(new NoPages(), stoppingToken);
                state.Listens(PortOf(clearText), PortOf(tls));
                logger.LogInformation("Devices connect on {ClearText}{Separator}{Tls}",
                    clearText is null ? "" : $"port {state.ClearTextPort} (clear text)", clearText is null || tls is null ? "" : " and ", tls is null ? "" : $"port {state.TlsPort} (TLS)");
                return server;
            }
            catch (IOException exception)
            {
                server.Dispose();
                state.Waits(clearText is not null && exception.Message.Contains($":{settings.Port}", StringComparison.Ordinal) ? settings.Port : settings.IsTls ? settings.TlsPort : settings.Port);
                if (isFirst)
                {
                    logger.LogError("Port {Port} is taken, so that no device can connect. End whatever has it, set Mqtt:Port or Mqtt:TlsPort, or switch devices off with Mqtt:Enabled=false. Trying again", state.TakenPort);
                }

                await Task.Delay(s_portRetry, stoppingToken);
            }
        }
    }

    private void Listen(KestrelServerOptions options, int port, Action<ListenOptions> configure)
    {
        void Configure(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            configure(listen);
            listen.Run(connection => broker.ServeAsync(connection.Transport, (connection.RemoteEndPoint as IPEndPoint)?.Address.ToText(), connection.Abort));
        }

        if (settings.Address is null && port != 0)
        {
            options.ListenLocalhost(port, Configure);
        }
        else
        {
            options.Listen(settings.Address ?? IPAddress.Loopback, port, Configure);
        }
    }

    private HttpsConnectionAdapterOptions Tls() => new()
    {
        ServerCertificate = settings.LoadCertificate(),
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        HandshakeTimeout = s_handshakePatience,
    };

    private static int? PortOf(ListenOptions? listen) => (listen?.EndPoint as IPEndPoint)?.Port;

    /// <summary>Nothing but devices comes here.</summary>
    private sealed class NoPages : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => this;

        public Task ProcessRequestAsync(object context) => Task.CompletedTask;

        public void DisposeContext(object context, Exception? exception)
        {
        }
    }
}
