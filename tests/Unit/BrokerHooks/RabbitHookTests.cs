using System.Text;
using Portal;
using Unit.Connections;
using static Unit.BrokerHooks.HookWorld;

namespace Unit.BrokerHooks;

/// <summary>What RabbitMQ asks, field by field as version 3.10 sends it; see <see cref="RabbitMqTests"/> for RabbitMQ itself.</summary>
public sealed class RabbitHookTests
{
    [Fact]
    public async Task Device_WithItsSecret_MayUseItsQueueAndItsTopics()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync("unit.with.stops");
        var (_, other) = await world.AddDeviceAsync("unit", device.ProductKey);
        Assert.Equal("allow", await SignInAsync(world, device));
        Assert.Equal("allow", await SignInAsync(world, other));

        Assert.Equal("Online", world.StatusOf(asset));
        var clientId = device.Connect().ClientId;
        Assert.Equal("allow", await AskAsync(world, device, PortalRoutes.RabbitVirtualHost, ("vhost", "/"), ("ip", "192.0.2.7"), ("tags", "")));
        Assert.Equal("allow", await ResourceAsync(world, device, "queue", $"mqtt-subscription-{clientId}qos1", "configure"));
        Assert.Equal("allow", await ResourceAsync(world, device, "exchange", "amq.topic", "write"));
        Assert.Equal("allow", await TopicAsync(world, device, "write", $".sys.{device.ProductKey}.unit.with.stops.thing.measurepoint.post"));
        Assert.Equal("allow", await TopicAsync(world, device, "read", $".sys.{device.ProductKey}.unit.with.stops.thing.measurepoint.post_reply"));

        Assert.Equal("deny", await TopicAsync(world, device, "read", $".sys.{device.ProductKey}.unit.with.stops.thing.measurepoint.post"));
        Assert.Equal("deny", await TopicAsync(world, device, "write", $".sys.{device.ProductKey}.unit.with.stops.thing.measurepoint.post_reply"));

        Assert.Equal("deny", await ResourceAsync(world, device, "queue", $"mqtt-subscription-{other.Connect().ClientId}qos1", "read"));
        Assert.Equal("deny", await ResourceAsync(world, device, "queue", "orders", "read"));
        Assert.Equal("deny", await ResourceAsync(world, device, "exchange", "amq.topic", "configure"));
        Assert.Equal("deny", await ResourceAsync(world, device, "exchange", "amq.direct", "write"));
        Assert.Equal("deny", await TopicAsync(world, device, "read", "#"));
        Assert.Equal("deny", await TopicAsync(world, other, "write", $".sys.{device.ProductKey}.unit.with.stops.thing.measurepoint.post"));
        Assert.Equal("deny", await TopicAsync(world, other, "read", $".sys.{device.ProductKey}.unit.#"));
    }

    [Fact]
    public async Task Device_WithAnythingElse_MayNothing()
    {
        await using var world = await StartAsync();
        var (_, device) = await world.AddDeviceAsync();

        Assert.Equal("deny", await SignInAsync(world, device with { Secret = "wrong" }));
        Assert.Equal("deny", await AskAsync(world, device, PortalRoutes.RabbitVirtualHost, ("vhost", "/")));
        Assert.Equal("deny", await ResourceAsync(world, device, "exchange", "amq.topic", "write"));
        Assert.Equal("deny", await TopicAsync(world, device, "write", $".sys.{device.ProductKey}.{device.DeviceKey}.thing.measurepoint.post"));
        Assert.Equal("deny", await world.AskRabbitAsync(PortalRoutes.RabbitUser));
        Assert.Equal("deny", await world.AskRabbitAsync(PortalRoutes.RabbitUser, ("username", "guest"), ("password", "guest")));
        using var json = await world.SendAsync(PortalRoutes.RabbitUser, new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.Equal("deny", await json.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Requirement", "R-26")]
    public async Task Device_WhoseSecretOthersGuessAt_StillSignsIn()
    {
        await using var world = await StartAsync(("Mqtt:ConnectsPerWindow", "2"));
        var (_, device) = await world.AddDeviceAsync();
        for (var guess = 0; guess < 20; guess++)
        {
            Assert.Equal("deny", await SignInAsync(world, device with { Secret = $"guess-{guess}" }));
        }

        Assert.Equal("allow", await SignInAsync(world, device));
    }

    private static Task<string> SignInAsync(HookWorld world, TestDevice device) =>
        AskAsync(world, device, PortalRoutes.RabbitUser, ("password", Encoding.ASCII.GetString(device.Connect().Password.Span)), ("vhost", "/"));

    private static Task<string> ResourceAsync(HookWorld world, TestDevice device, string resource, string name, string permission) =>
        AskAsync(world, device, PortalRoutes.RabbitResource, ("vhost", "/"), ("resource", resource), ("name", name), ("permission", permission), ("tags", ""));

    private static Task<string> TopicAsync(HookWorld world, TestDevice device, string permission, string key) => world.AskRabbitAsync(
        PortalRoutes.RabbitTopic, ("username", $"{device.DeviceKey}&{device.ProductKey}"), ("vhost", "/"), ("resource", "topic"), ("name", "amq.topic"),
        ("permission", permission), ("tags", ""), ("routing_key", key), ("variable_map.client_id", device.Connect().ClientId));

    private static Task<string> AskAsync(HookWorld world, TestDevice device, string path, params (string Name, string Value)[] fields) =>
        world.AskRabbitAsync(path, [("username", $"{device.DeviceKey}&{device.ProductKey}"), ("client_id", device.Connect().ClientId), .. fields]);
}
