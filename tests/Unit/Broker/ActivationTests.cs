using MQTTnet.Formatter;
using Portal.Core.Devices;

namespace Unit.Broker;

[Trait("Requirement", "R-27")]
public sealed class ActivationTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly DeviceWorld _world = fixture.World;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Device_that_may_is_given_its_secret_without_asking_and_comes_again_with_it(MqttProtocolVersion version)
    {
        var product = await _world.AddProductAsync();
        var productSecret = await _world.OpenActivationAsync(product);
        var device = await _world.AddDeviceAsync(product);
        var withProduct = new ConnectChoices(version) { SecureMode = 3, Secret = productSecret };
        using var client = await _world.SignInAsync(device, withProduct);

        var (topic, body) = await client.WaitForAsync(_ => true);

        Assert.Equal(device.Session("thing/activate/info"), topic);
        Assert.Equal("thing.activate.info", body.GetProperty("method").GetString());
        var given = body.GetProperty("params");
        Assert.Equal((device.AssetId, device.ProductKey, device.DeviceKey, device.Secret),
            (given.GetProperty("assetId").GetString(), given.GetProperty("productKey").GetString(), given.GetProperty("deviceKey").GetString(), given.GetProperty("deviceSecret").GetString()));

        await client.PublishAsync(device.Session("thing/activate/info_reply"), """{"id":"1","code":200,"data":{}}""");
        await client.DisconnectedAsync();
        using var again = await _world.ConnectAsync(device, withProduct);
        Assert.NotEqual(0, again.ResultCode);
        using var present = await _world.SignInAsync(device, new ConnectChoices(version));
        Assert.Equal(200, (await present.PostAsync("power", 1)).GetProperty("code").GetInt32());
        Assert.Empty(_world.Complaints);
    }

    [Fact]
    public async Task Session_that_is_given_its_secret_may_do_nothing_else()
    {
        var product = await _world.AddProductAsync();
        var productSecret = await _world.OpenActivationAsync(product);
        var device = await _world.AddDeviceAsync(product);
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500) { SecureMode = 3, Secret = productSecret });
        await client.WaitForAsync(_ => true);
        client.Inbox.Clear();

        await client.PublishAsync(device.Post, """{"id":"5","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""");

        Assert.Equal(1009, (await client.WaitForAsync(_ => true)).Body.GetProperty("code").GetInt32());
        Assert.Empty(_world.ValuesOf(device));
        await client.DisconnectedAsync(); // some seconds later, though it goes on talking
    }

    [Fact]
    public async Task Replacement_keeps_activation_closed_unless_it_opened_it()
    {
        var product = await _world.AddProductAsync();
        var productSecret = await _world.OpenActivationAsync(product);
        var withProduct = new ConnectChoices { SecureMode = 3, Secret = productSecret };
        var first = await _world.AddDeviceAsync(product);
        var closed = await _world.ReplaceAsync(first);
        using (var refused = await _world.ConnectAsync(closed, withProduct))
        {
            Assert.Equal(DeviceClient.NotAuthorized, refused.ResultCode);
            Assert.Empty(refused.Inbox);
        }

        var open = await _world.ReplaceAsync(closed, allowsActivation: true);
        using var client = await _world.SignInAsync(open, withProduct);

        Assert.Equal(open.Secret, (await client.WaitForAsync(_ => true)).Body.GetProperty("params").GetProperty("deviceSecret").GetString());
        Assert.Equal(1, _world.Portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='device.activate' AND asset_id='{first.AssetId}'"));
        Assert.Equal(0, _world.Portal.Database.Scalar<long>(
            $"SELECT count(*) FROM reveal_grants g JOIN devices d ON d.id=g.device_id WHERE d.asset_id='{first.AssetId}' AND g.closed_at IS NULL"));
        Assert.Equal(DeviceStatus.Online, _world.StatusOf(first));
    }
}
