using System.Text.Json;
using MQTTnet.Formatter;
using Portal.Core.Devices;

namespace Unit.Broker;

/// <summary>The limits of the contract's section 5, set to others than its own.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Message_LargerThanConfigured_IsAnsweredSoAndOneOfThatSizeIsStored()
    {
        await using var world = await DeviceWorld.StartAsync(("Mqtt:MaxMessageBytes", "2048"));
        var device = await world.AddDeviceAsync();
        using var client = await world.SignInAsync(device);
        string Payload(int bytes)
        {
            const string Head = """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}},"x":" """;
            return $"{Head}{new string('x', bytes - Head.Length - 2)}\"}}";
        }

        await client.SubscribeAsync(device.Post + "_reply");
        await client.PublishAsync(device.Post, Payload(2048));
        Assert.Equal(200, (await client.WaitForAsync(_ => true)).Body.GetProperty("code").GetInt32());
        await client.PublishAsync(device.Post, Payload(2049));
        Assert.Equal(1008, (await client.WaitForAsync(reply => reply.Body.GetProperty("code").GetInt32() != 200)).Body.GetProperty("code").GetInt32());
        Assert.Equal(["power=1"], world.ValuesOf(device));
    }

    [Fact]
    public async Task Connects_MoreThanConfigured_AreRefusedForAsLongAsConfigured()
    {
        await using var world = await DeviceWorld.StartAsync(("Mqtt:ConnectsPerWindow", "2"), ("Mqtt:ConnectWindow", "00:10:00"), ("Mqtt:ConnectBlock", "00:00:02"));
        var device = await world.AddDeviceAsync();
        foreach (var _ in new[] { 1, 2 })
        {
            using var taken = await world.SignInAsync(device);
        }

        using (var refused = await world.ConnectAsync(device))
        {
            Assert.Equal(0x88, refused.ResultCode); // as MQTTnet reads "server unavailable" of MQTT 3.1.1
        }

        using (var refused = await world.ConnectAsync(device, new ConnectChoices(MqttProtocolVersion.V500)))
        {
            Assert.Equal(0x9F, refused.ResultCode);
        }

        await DeviceWorld.UntilAsync(() =>
        {
            using var again = world.ConnectAsync(device).GetAwaiter().GetResult();
            return again.ResultCode == 0;
        });
    }

    [Fact]
    public async Task KeepAlive_IsToldWithinWhatIsConfigured()
    {
        await using var world = await DeviceWorld.StartAsync(("Mqtt:MinKeepAliveSeconds", "30"), ("Mqtt:MaxKeepAliveSeconds", "40"));
        foreach (var (wished, told) in ((ushort, byte)[])[(5, 30), (35, 0), (600, 40), (0, 40)])
        {
            using var connection = await RawConnection.OpenAsync(world.Port);
            var packet = RawConnection.ConnectOf(await world.AddDeviceAsync());
            packet.KeepAlivePeriod = wished;
            await connection.SendAsync(RawConnection.Bytes(MqttProtocolVersion.V500, packet));
            var answer = Convert.ToHexString((await connection.ReadPacketAsync())!);

            // Server Keep Alive (0x13) stands there where it is another one than was wished for.
            Assert.True(told == 0 ? !answer.Contains("1300", StringComparison.Ordinal) : answer.Contains($"1300{told:X2}", StringComparison.Ordinal), $"{wished}: {answer}");
        }
    }

    [Fact]
    public async Task SubDevices_MoreThanConfigured_AreRefusedThoughTheyComeTogether()
    {
        await using var world = await DeviceWorld.StartAsync(("Mqtt:MaxSubDevices", "2"));
        var gateway = await world.AddGatewayAsync();
        var devices = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.AddDeviceAsync()));
        using var client = await world.SignInAsync(gateway);

        var reply = await client.AskAsync(gateway.Session("combine/login/batch"), GatewayTests.Batch(devices));

        Assert.Equal(2, reply.GetProperty("data").GetProperty("loginedSubDevices").GetArrayLength());
        Assert.Equal(3, reply.GetProperty("data").GetProperty("failedSubDevices").GetArrayLength());
        Assert.Equal(2, devices.Count(device => world.StatusOf(device) == DeviceStatus.Online));
        var one = devices.First(device => world.StatusOf(device) == DeviceStatus.Online);
        Assert.Equal(200, Code(await GatewayTests.LoginAsync(client, one))); // it is counted already
        Assert.Equal(740, Code(await GatewayTests.LoginAsync(client, devices.First(device => world.StatusOf(device) != DeviceStatus.Online))));
    }

    private static int Code(JsonElement reply) => reply.GetProperty("code").GetInt32();
}
