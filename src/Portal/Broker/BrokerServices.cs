using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;

namespace Portal.Broker;

public static class BrokerServices
{
    private const string SubProtocol = "mqtt";
    private static readonly TimeSpan s_closePatience = TimeSpan.FromSeconds(2);

    public static void AddBroker(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BrokerState>();
        var settings = BrokerSettings.Of(builder.Configuration, builder.Environment.IsDevelopment());
        if (!settings.IsEnabled)
        {
            return;
        }

        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<KeptSessions>();
        builder.Services.AddSingleton<GatewayRequests>();
        builder.Services.AddSingleton<DeviceRequests>();
        builder.Services.AddSingleton<DeviceBroker>();
        builder.Services.AddHostedService<BrokerListener>();
    }

    /// <summary>Devices that reach the portal through a web proxy: MQTT over WebSocket. Ahead of everything that is for browsers.</summary>
    public static void UseBroker(this WebApplication app)
    {
        if (app.Services.GetService<BrokerSettings>() is not { } settings)
        {
            return;
        }

        app.MapWhen(context => context.Request.Path == PortalRoutes.Mqtt, branch =>
        {
            branch.UseWebSockets();
            branch.Run(context => ServeAsync(context, settings, app));
        });
    }

    private static async Task ServeAsync(HttpContext context, BrokerSettings settings, WebApplication app)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (!context.Request.IsHttps && !settings.IsClearText)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        await using var stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary, s_closePatience);
        await app.Services.GetRequiredService<DeviceBroker>().ServeAsync(new StreamTransport(stream), context.Connection.RemoteIpAddress?.ToText(), context.Abort);
    }

    /// <summary>As it is written in logs, the same whether it came by IPv4 or as IPv4 within IPv6.</summary>
    internal static string ToText(this IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private sealed class StreamTransport(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
