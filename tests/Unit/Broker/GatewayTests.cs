using System.Text.Json;
using MQTTnet.Formatter;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.SampleFleet;

namespace Unit.Broker;

public sealed class GatewayTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly DeviceWorld _world = fixture.World;

    [Fact]
    public async Task Login_OfADeviceBehind_LetsTheGatewaySpeakForItUntilItLogsOut()
    {
        var (gateway, behind) = (await _world.AddGatewayAsync(), await _world.AddDeviceAsync());
        using var client = await _world.SignInAsync(gateway);
        Assert.Equal(1009, Code(await PostForAsync(client, behind)));

        var login = await LoginAsync(client, behind);

        Assert.Equal(200, Code(login));
        Assert.Equal(behind.AssetId, login.GetProperty("data").GetProperty("assetId").GetString());
        Assert.Equal(DeviceStatus.Online, _world.StatusOf(behind));
        Assert.Equal(1, Assert.Single(await client.SubscribeAsync(behind.Post + "_reply")));
        Assert.Equal(200, Code(await client.PostAsync("power", 1, behind.Post)));
        Assert.Equal(200, Code(await client.PostAsync("power", 2)));
        Assert.Equal(["power=1"], _world.ValuesOf(behind));
        Assert.Equal(["power=2"], _world.ValuesOf(gateway));

        var logout = await client.AskAsync(gateway.Session("combine/logout"), new { productKey = behind.ProductKey, deviceKey = behind.DeviceKey });

        Assert.Equal(200, Code(logout));
        await _world.Portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(DeviceStatus.Offline, _world.StatusOf(behind));
        Assert.Equal(1009, Code(await PostForAsync(client, behind)));
        Assert.Equal(740, Code(await client.AskAsync(gateway.Session("combine/logout"), new { productKey = behind.ProductKey, deviceKey = behind.DeviceKey })));
        Assert.Equal(740, Code(await client.AskAsync(gateway.Session("combine/logout"), new { productKey = gateway.ProductKey, deviceKey = gateway.DeviceKey })));
    }

    [Fact]
    public async Task LoginBatch_WithSomeThatMayNot_SignsInTheOthers()
    {
        var gateway = await _world.AddGatewayAsync();
        Hardware[] good = [await _world.AddDeviceAsync(), await _world.AddDeviceAsync()];
        var wrong = await _world.AddDeviceAsync() with { Secret = "another" };
        var disabled = await _world.AddDeviceAsync();
        await _world.DisableAsync(disabled);
        using var client = await _world.SignInAsync(gateway);

        var all = await client.AskAsync(gateway.Session("combine/login/batch"), Batch(good));
        var some = await client.AskAsync(gateway.Session("combine/login/batch"), Batch([good[0], disabled, wrong]));

        Assert.Equal(200, Code(all));
        Assert.Equal(good.Select(device => device.AssetId), all.GetProperty("data").GetProperty("loginedSubDevices").EnumerateArray().Select(device => device.GetProperty("assetId").GetString()));
        Assert.Equal(723, Code(some));
        Assert.Equal([good[0].DeviceKey], some.GetProperty("data").GetProperty("loginedSubDevices").EnumerateArray().Select(device => device.GetProperty("deviceKey").GetString()));
        Assert.Equal([disabled.DeviceKey, wrong.DeviceKey], some.GetProperty("data").GetProperty("failedSubDevices").EnumerateArray().Select(device => device.GetProperty("deviceKey").GetString()));
        Assert.Contains("has error: Device is disable;", some.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostBatch_ForItselfAndThoseBehind_IsStoredWithEach()
    {
        var (gateway, behind, away) = (await _world.AddGatewayAsync(), await _world.AddDeviceAsync(), await _world.AddDeviceAsync());
        using var client = await _world.SignInAsync(gateway);
        await LoginAsync(client, behind);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        object Item(Hardware device, int value) => new { productKey = device.ProductKey, deviceKey = device.DeviceKey, measurepoints = new { power = value }, time = now - 1000 };

        var stored = await client.AskAsync(gateway.Sys("thing/measurepoint/post/batch"), new[] { Item(gateway, 1), Item(behind, 2), new { measurepoints = new { power = 3 }, time = now } });
        var refused = await client.AskAsync(gateway.Sys("thing/measurepoint/post/batch"), new[] { Item(gateway, 4), Item(away, 5) });

        Assert.Equal((200, 1009), (Code(stored), Code(refused)));
        Assert.Equal(["power=1", "power=3"], _world.ValuesOf(gateway));
        Assert.Equal(["power=2"], _world.ValuesOf(behind));
        Assert.Empty(_world.ValuesOf(away));
    }

    [Fact]
    public async Task Login_ThatMayNot_IsAnsweredByTheContractsCode()
    {
        var (gateway, behind) = (await _world.AddGatewayAsync(), await _world.AddDeviceAsync());
        var foreign = await _world.AddDeviceAsync(organizationId: SampleOrganizations.Yuanshan.OrganizationId);
        var otherGateway = await _world.AddGatewayAsync();
        using var client = await _world.SignInAsync(gateway);
        using var device = await _world.SignInAsync(await _world.AddDeviceAsync());

        Assert.Equal(742, Code(await LoginAsync(client, behind with { Secret = "another" })));
        Assert.Equal(742, Code(await LoginAsync(client, behind with { DeviceKey = "nobody" })));
        Assert.Equal(740, Code(await LoginAsync(client, foreign)));
        Assert.Equal(791, Code(await LoginAsync(client, otherGateway)));
        Assert.Equal(740, Code(await LoginAsync(device, behind)));
        Assert.Equal(1220, Code(await client.AskAsync(gateway.Session("combine/login"), new { productKey = behind.ProductKey })));
        Assert.Equal(1220, Code(await client.AskAsync(gateway.Session("combine/login/batch"), new { subDevices = Array.Empty<object>() })));
        Assert.Equal(1220, Code(await client.AskAsync(gateway.Session("combine/login/batch"), Batch([behind, behind]))));
        Assert.Equal(1260, Code(await client.AskAsync(gateway.Session("combine/login"), new { }, "combine.logout")));
        Assert.Equal(DeviceStatus.Inactive, _world.StatusOf(behind));
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Replace_OfADeviceBehind_SilencesItAndNotItsGateway()
    {
        var (gateway, behind) = (await _world.AddGatewayAsync(), await _world.AddDeviceAsync());
        using var client = await _world.SignInAsync(gateway);
        await LoginAsync(client, behind);

        var replaced = await _world.ReplaceAsync(behind);

        Assert.Equal(1009, Code(await PostForAsync(client, behind)));
        Assert.Equal(1009, Code(await PostForAsync(client, replaced)));
        Assert.Equal(200, Code(await client.PostAsync("power", 1)));
        Assert.Equal(200, Code(await LoginAsync(client, replaced)));
        Assert.Equal(200, Code(await client.PostAsync("power", 2, replaced.Post)));
        Assert.Equal(["power=2"], _world.ValuesOf(behind));
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Replace_OfTheGateway_SilencesEverythingBehindIt()
    {
        var (gateway, behind) = (await _world.AddGatewayAsync(), await _world.AddDeviceAsync());
        using var client = await _world.SignInAsync(gateway, new ConnectChoices(MqttProtocolVersion.V500));
        await LoginAsync(client, behind);

        await _world.ReplaceAsync(gateway);
        await client.DisconnectedAsync();

        await DeviceWorld.UntilAsync(() => _world.StatusOf(behind) == DeviceStatus.Offline);
        Assert.False(_world.IsConnectedAtAll(behind));
        Assert.Empty(_world.Complaints);
    }

    private static int Code(JsonElement reply) => reply.GetProperty("code").GetInt32();

    internal static Task<JsonElement> LoginAsync(DeviceClient gateway, Hardware behind) => gateway.AskAsync(gateway.Hardware.Session("combine/login"), new
    {
        productKey = behind.ProductKey,
        deviceKey = behind.DeviceKey,
        clientId = behind.DeviceKey,
        timestamp = 1564988853275,
        signMethod = "sha256",
        sign = DeviceClient.Sign(behind, behind.DeviceKey, "1564988853275"),
        cleanSession = "true",
    });

    /// <summary>What is said to a post on a topic whose replies it may not listen to.</summary>
    private static async Task<JsonElement> PostForAsync(DeviceClient gateway, Hardware behind)
    {
        gateway.Inbox.Clear();
        await gateway.PublishAsync(behind.Post, """{"id":"for","method":"thing.measurepoint.post","params":{"measurepoints":{"power":9}}}""");
        return (await gateway.WaitForAsync(message => message.Body.GetProperty("id").GetString() == "for")).Body;
    }

    internal static object Batch(IEnumerable<Hardware> devices) => new
    {
        clientId = "gateway",
        signMethod = "sha256",
        timestamp = "1564988853275",
        subDevices = devices.Select(device => new { productKey = device.ProductKey, deviceKey = device.DeviceKey, sign = DeviceClient.Sign(device, "gateway", "1564988853275") }),
    };
}
