using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Formatter;
using Portal.Broker;
using Unit.Support;

namespace Unit.Broker;

public sealed class ListeningTests
{
    [Fact]
    [Trait("Requirement", "R-25")]
    public async Task Tls_WithACertificate_IsServedByVersion12AndLater()
    {
        using var folder = TestDatabase.CreateWithoutSchema();
        await using var world = await DeviceWorld.StartAsync(
            ("Mqtt:CertificateFile", PortalProcess.Certificate(folder.Folder, "mqtt.pfx")), ("Mqtt:CertificatePassword", "a password"));
        var device = await world.AddDeviceAsync();
        ConnectChoices Over(SslProtocols version) => new()
        {
            More = options => options.WithTcpServer("127.0.0.1", world.TlsPort).WithTlsOptions(tls => tls.UseTls().WithSslProtocols(version).WithCertificateValidationHandler(_ => true)),
        };
        foreach (var version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            using var client = await world.SignInAsync(device, Over(version));
            Assert.Equal(200, (await client.PostAsync("power", 1)).GetProperty("code").GetInt32());
        }

#pragma warning disable CA5397, SYSLIB0039 // what must not work
        await Assert.ThrowsAnyAsync<Exception>(() => world.ConnectAsync(device, Over(SslProtocols.Tls11)));
#pragma warning restore CA5397, SYSLIB0039
        using (var connection = await RawConnection.OpenAsync(world.TlsPort))
        {
            await connection.SendAsync(RawConnection.Bytes(MqttProtocolVersion.V311, RawConnection.ConnectOf(device))); // in the clear
            Assert.DoesNotContain("20020000", Convert.ToHexString(await connection.ReadToEndAsync()), StringComparison.Ordinal);
        }

        Assert.Empty(world.Complaints);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task WebSocket_AtThePortalsAddress_IsTheSameBroker(MqttProtocolVersion version)
    {
        await using var world = await DeviceWorld.StartAsync();
        var device = await world.AddDeviceAsync();
        var address = new UriBuilder(world.Portal.Address) { Scheme = "ws", Path = "/mqtt" }.ToString();
        using var client = await world.SignInAsync(device, new ConnectChoices(version) { More = options => options.WithWebSocketServer(web => web.WithUri(address)) });

        Assert.Equal(200, (await client.PostAsync("power", 1)).GetProperty("code").GetInt32());
        await world.ReplaceAsync(device);
        await client.DisconnectedAsync();

        using var http = new HttpClient { BaseAddress = world.Portal.Address };
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/mqtt")).StatusCode);
        Assert.Empty(world.Complaints);
    }

    [Fact]
    public async Task Port_ThatIsTaken_IsToldStopsNoPageAndIsUsedOnceItIsFree()
    {
        using var logs = new CapturedLogs();
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        await using var portal = PortalServer.Start(logs.AddTo, ("Mqtt:Enabled", "true"), ("Mqtt:Port", $"{port}"));
        var state = portal.Get<BrokerState>();
        await DeviceWorld.UntilAsync(() => state.TakenPort == port);

        using var browser = await portal.SignInAsync("olga");
        Assert.Contains($"port {port}", await (await browser.GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(logs.Lines, line => line.Level == Microsoft.Extensions.Logging.LogLevel.Error && line.Text.Contains($"Port {port} is taken", StringComparison.Ordinal) && line.Text.Contains("Mqtt:Port", StringComparison.Ordinal));

        squatter.Stop();
        await state.Listening.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((port, null), (state.ClearTextPort, state.TakenPort));
        Assert.Contains("without encryption", await (await browser.GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broker_SwitchedOff_ListensNowhere()
    {
        await using var portal = PortalServer.Start(("Mqtt:Enabled", "false"));
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");

        Assert.False(portal.Get<BrokerState>().Listening.IsCompleted);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(portal.Address) { Scheme = "ws", Path = "/mqtt" }.Uri, CancellationToken.None));
        using var browser = await portal.SignInAsync("olga");
        Assert.DoesNotContain("without encryption", await (await browser.GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "R-25")]
    [InlineData(true, null, null, true, true)]
    [InlineData(true, null, "false", true, false)]
    [InlineData(true, "false", null, false, false)]
    [InlineData(false, null, null, false, false)]
    [InlineData(false, "true", null, true, false)]
    [InlineData(false, "true", "true", true, true)]
    [InlineData(false, null, "true", false, false)]
    public void Clear_text_is_off_outside_development_unless_switched_on(bool isDevelopment, string? enabled, string? clearText, bool isEnabled, bool isClearText)
    {
        var settings = BrokerSettings.Of(
            new Microsoft.Extensions.Configuration.ConfigurationManager { ["Mqtt:Enabled"] = enabled, ["Mqtt:ClearText"] = clearText }, isDevelopment);

        Assert.Equal((isEnabled, isClearText, false), (settings.IsEnabled, settings.IsClearText, settings.IsTls));
        Assert.Equal(isDevelopment ? null : IPAddress.IPv6Any, settings.Address);
    }

    [Fact]
    public async Task Silence_LongerThanPromised_EndsTheSessionAndTheDeviceIsOffline()
    {
        await using var world = await DeviceWorld.StartAsync(("Mqtt:MinKeepAliveSeconds", "1"), ("Mqtt:MaxKeepAliveSeconds", "2"));
        var (silent, talking) = (await world.AddDeviceAsync(), await world.AddDeviceAsync());
        using var connection = await RawConnection.SignInAsync(world, silent, MqttProtocolVersion.V500, keepAlive: 1);
        using var endless = await RawConnection.SignInAsync(world, await world.AddDeviceAsync(), keepAlive: 0);
        using var client = await world.SignInAsync(talking, new ConnectChoices { KeepAlive = 1 });
        var since = Stopwatch.StartNew();

        Assert.Equal("E0028D00", Convert.ToHexString(await connection.ReadToEndAsync()));

        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(1.2), TimeSpan.FromSeconds(5));
        Assert.Empty(await endless.ReadToEndAsync());
        await DeviceWorld.UntilAsync(() => !world.IsConnectedAtAll(silent));
        Assert.True(client.IsConnected);
        await DeviceWorld.UntilAsync(() => world.StatusOf(silent) == Portal.Core.Devices.DeviceStatus.Offline);
    }

    [Fact]
    public async Task Stopping_TellsDevicesAndLeavesThemOffline()
    {
        var world = await DeviceWorld.StartAsync();
        var device = await world.AddDeviceAsync();
        using var client = await world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));

        await world.DisposeAsync();

        Assert.Equal(MqttClientDisconnectReason.ServerShuttingDown, await client.DisconnectedAsync());
    }
}
