using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Portal;
using Unit.Connections;
using Unit.Support;

namespace Unit.BrokerHooks;

/// <summary>Devices that connect to a real RabbitMQ, which asks the portal.</summary>
public sealed class RabbitMqTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private RabbitMq? _rabbit;
    private HookWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RabbitMq.Server is null, "RabbitMQ is not installed. As root: apt-get install rabbitmq-server");
        _rabbit = new RabbitMq();
        _world = await HookWorld.StartAsync(
            ("Mqtt:KickUrl", $"http://127.0.0.1:{_rabbit.ManagementPort}/api/connections/username/{{username}}"),
            ("Mqtt:KickUserName", "guest"), ("Mqtt:KickPassword", "guest"));
        var hooks = $"http://portal:{HookWorld.Secret}@{_world.Portal.Address.Authority}";
        await _rabbit.StartAsync(
            $"""
            auth_backends.1 = internal
            auth_backends.2 = http
            auth_http.http_method = post
            auth_http.user_path = {hooks}{PortalRoutes.RabbitUser}
            auth_http.vhost_path = {hooks}{PortalRoutes.RabbitVirtualHost}
            auth_http.resource_path = {hooks}{PortalRoutes.RabbitResource}
            auth_http.topic_path = {hooks}{PortalRoutes.RabbitTopic}
            """,
            "rabbitmq_auth_backend_http");
    }

    public async ValueTask DisposeAsync()
    {
        if (_rabbit is not null)
        {
            await _rabbit.DisposeAsync();
            await _world.DisposeAsync();
        }
    }

    /// <summary>One story rather than many tests: RabbitMQ takes ten seconds to start.</summary>
    [Fact]
    [Trait("Requirement", "R-23")]
    [Trait("Requirement", "R-24")]
    public async Task Devices_BehindRabbitMq_AreLetInAndPutOutByThePortal()
    {
        var (asset, device) = await _world.AddDeviceAsync("unit.7");
        var (_, other) = await _world.AddDeviceAsync("unit", device.ProductKey);

        // Only with its own secret.
        using var refused = new MqttClientFactory().CreateMqttClient();
        Assert.False(await IsAcceptedAsync(refused, device with { Secret = "wrong" }));
        Assert.Equal("Inactive", _world.StatusOf(asset));
        using var client = new MqttClientFactory().CreateMqttClient();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        Assert.True(await IsAcceptedAsync(client, device), _rabbit!.Log);
        Assert.Equal("Online", _world.StatusOf(asset));

        // Only about itself.
        Assert.True(await MayPublishAsync(client, HookWorld.TopicOf(device)));
        Assert.True(await MaySubscribeAsync(client, HookWorld.TopicOf(device) + "_reply"));
        await CheckForeignTopicsAsync(other, device);

        // It leaves nothing with the broker that the hardware after it would hear.
        using var speaker = new MqttClientFactory().CreateMqttClient();
        Assert.True(await IsAcceptedAsync(speaker, other));
        Assert.False(await MayPublishAsync(speaker, HookWorld.TopicOf(other) + "_reply"));
        using var listener = new MqttClientFactory().CreateMqttClient();
        Assert.True(await IsAcceptedAsync(listener, other));
        Assert.False(await MaySubscribeAsync(listener, HookWorld.TopicOf(other)));

        // Until its hardware is replaced: RabbitMQ closes the connection, and the old secret is good for nothing.
        var hardware = await _world.ReplaceAsync(asset, device);
        await closed.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.False(await IsAcceptedAsync(refused, device));
        Assert.False(await IsAcceptedAsync(refused, device with { DeviceKey = hardware.DeviceKey }));
        using var renewed = new MqttClientFactory().CreateMqttClient();
        Assert.True(await IsAcceptedAsync(renewed, hardware));
        Assert.True(await MayPublishAsync(renewed, HookWorld.TopicOf(hardware)));
        Assert.Equal("Online", _world.StatusOf(asset));
        Assert.DoesNotContain(_world.Logs.Lines, line => line.Text.Contains(HookWorld.Secret, StringComparison.Ordinal));
    }

    /// <summary>RabbitMQ closes the connection of a client that asks for what it may not.</summary>
    private async Task CheckForeignTopicsAsync(TestDevice device, TestDevice victim)
    {
        foreach (var topic in new[] { HookWorld.TopicOf(victim), $"/sys/{victim.ProductKey}/nobody/thing/measurepoint/post" })
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            Assert.True(await IsAcceptedAsync(client, device));
            Assert.False(await MayPublishAsync(client, topic));
        }

        foreach (var filter in new[] { HookWorld.TopicOf(victim), "#", $"/sys/{victim.ProductKey}/unit/#", $"/sys/{victim.ProductKey}/+/thing/measurepoint/post" })
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            Assert.True(await IsAcceptedAsync(client, device));
            Assert.False(await MaySubscribeAsync(client, filter), filter);
        }
    }

    private async Task<bool> IsAcceptedAsync(IMqttClient client, TestDevice device)
    {
        var connect = device.Connect();
        var options = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V311).WithTcpServer("127.0.0.1", _rabbit!.MqttPort)
            .WithClientId(connect.ClientId).WithCredentials(connect.UserName!, connect.Password.ToArray()).WithTimeout(s_patience).Build();
        try
        {
            return (await client.ConnectAsync(options, TestContext.Current.CancellationToken)).ResultCode == MqttClientConnectResultCode.Success;
        }
        catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> MayPublishAsync(IMqttClient client, string topic)
    {
        try
        {
            var result = await client.PublishBinaryAsync(topic, Encoding.UTF8.GetBytes(HookWorld.Post()), MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: TestContext.Current.CancellationToken);
            return result.IsSuccess;
        }
        catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Exceptions.MqttClientDisconnectedException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> MaySubscribeAsync(IMqttClient client, string filter)
    {
        try
        {
            var result = await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);
            return result.Items.All(item => item.ResultCode <= MqttClientSubscribeResultCode.GrantedQoS2);
        }
        catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Exceptions.MqttClientDisconnectedException or OperationCanceledException)
        {
            return false;
        }
    }
}
