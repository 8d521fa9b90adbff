using System.Diagnostics;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Formatter;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Unit.Support;

namespace Unit.Broker;

/// <summary>What the hardware that was replaced can still do: nothing.</summary>
public sealed class RevocationTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly DeviceWorld _world = fixture.World;

    public static TheoryData<string> Ends => ["replace", "reissue", "disable", "delete"];

    [Theory]
    [MemberData(nameof(Ends))]
    [Trait("Requirement", "R-23")]
    public async Task Publisher_at_speed_is_not_heard_once_the_command_is_answered(string end)
    {
        var (rounds, sentWhile) = (Scale.Of(10, 250), 0);
        for (var round = 0; round < rounds; round++)
        {
            var device = await _world.AddDeviceAsync();
            using var connection = await RawConnection.SignInAsync(_world, device);
            var sent = 0;
            var publishing = Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        await connection.SendAsync(RawConnection.Bytes(MqttProtocolVersion.V311, RawConnection.PublishOf(
                            device.Post, DeviceClient.Posting(Interlocked.Increment(ref sent)))));
                    }
                }
                catch (IOException)
                {
                    // cut
                }
            });
            await DeviceWorld.UntilAsync(() => _world.ValuesOf(device).Count > 50);

            var sentBefore = Volatile.Read(ref sent);
            await EndAsync(end, device);
            var heard = _world.CountValues();
            await publishing.WaitAsync(TimeSpan.FromSeconds(10));

            Assert.Equal(heard, _world.CountValues());
            sentWhile += sent - sentBefore;
            Assert.False(_world.IsConnectedAtAll(device));
        }

        Assert.True(sentWhile > rounds, $"it was not publishing while the commands ran: {sentWhile} messages in {rounds} rounds");
        Assert.Empty(_world.Complaints);
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Session_that_is_ended_is_told_why()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));

        await _world.ReplaceAsync(device);

        Assert.Equal(MqttClientDisconnectReason.NotAuthorized, await client.DisconnectedAsync());
    }

    [Fact]
    [Trait("Requirement", "R-24")]
    public async Task Old_key_and_old_secret_sign_in_never_again()
    {
        for (var round = 0; round < Scale.Of(5, 100); round++)
        {
            var old = await _world.AddDeviceAsync();
            var replaced = await _world.ReplaceAsync(old);
            var reissued = await _world.ReissueAsync(replaced);
            Hardware[] dead = [old, replaced, old with { Secret = reissued.Secret }, reissued with { Secret = old.Secret }];
            for (var attempt = 0; attempt < Scale.Of(10, 1000); attempt++)
            {
                using var client = await _world.ConnectAsync(dead[attempt % dead.Length], new ConnectChoices(attempt % 2 == 0 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500));
                Assert.Equal(DeviceClient.NotAuthorized, client.ResultCode);
            }

            Assert.Equal(DeviceStatus.Inactive, _world.StatusOf(old));
            using var present = await _world.SignInAsync(reissued);
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    [Trait("Requirement", "R-24")]
    public async Task Will_of_an_ended_credential_is_never_heard(string end)
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices
        {
            More = options => options.WithWillTopic(device.Post).WithWillPayload(DeviceClient.Posting(0)),
        });
        var before = _world.CountValues();

        await EndAsync(end, device);
        await client.DisconnectedAsync();
        await Task.Delay(500); // the portal clears the connection away, and would speak for it about now

        Assert.Equal(before, _world.CountValues());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "R-24")]
    public async Task Subscriptions_of_an_old_secret_are_not_found_by_the_new_one(bool isConnected)
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(IsClean: false));
        await client.SubscribeAsync(device.Sys("#"));
        if (!isConnected)
        {
            await client.DisconnectAsync();
            await DeviceWorld.UntilAsync(() => !_world.IsConnectedAtAll(device));
        }

        var renewed = await _world.ReissueAsync(device);
        using var present = await _world.SignInAsync(renewed, new ConnectChoices(IsClean: false));

        Assert.False(present.Result!.IsSessionPresent);
        await present.PublishAsync(device.Post, """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""");
        await present.Mqtt.PingAsync();
        Assert.Empty(present.Inbox);
        Assert.Empty(client.Inbox);
    }

    [Fact]
    [Trait("Requirement", "R-25")]
    public async Task Captured_sign_in_is_worth_nothing_after_the_next_secret()
    {
        var device = await _world.AddDeviceAsync();
        var captured = RawConnection.Bytes(MqttProtocolVersion.V311, RawConnection.ConnectOf(device));
        Assert.Equal("20020000", await ReplayAsync());

        await _world.ReissueAsync(device);

        Assert.Equal("20020005", await ReplayAsync());

        async Task<string> ReplayAsync()
        {
            using var connection = await RawConnection.OpenAsync(_world.Port);
            await connection.SendAsync(captured);
            return Convert.ToHexString(await connection.ReadPacketAsync());
        }
    }

    [Fact]
    [Trait("Requirement", "R-26")]
    public async Task Flood_of_wrong_secrets_in_its_name_costs_the_device_nothing()
    {
        await using var world = await DeviceWorld.StartAsync(("Mqtt:ConnectsPerWindow", "4"));
        var device = await world.AddDeviceAsync();
        using var client = await world.SignInAsync(device);
        var codes = new List<int>();
        var flood = Task.Run(async () =>
        {
            for (var attempt = 0; attempt < Scale.Of(300, 10_000); attempt++)
            {
                using var attacker = await world.ConnectAsync(device with { Secret = "guess" }, new ConnectChoices(MqttProtocolVersion.V500));
                codes.Add(attacker.ResultCode);
            }
        });

        var posted = 0;
        while (!flood.IsCompleted)
        {
            Assert.Equal(200, (await client.PostAsync("power", ++posted)).GetProperty("code").GetInt32());
        }

        await flood;
        const int TooMany = 0x9F;
        Assert.True(client.IsConnected);
        Assert.Equal(posted, world.ValuesOf(device).Count);
        Assert.Equal([DeviceClient.NotAuthorized, DeviceClient.NotAuthorized, DeviceClient.NotAuthorized, DeviceClient.NotAuthorized], codes[..4]);
        Assert.All(codes[4..], code => Assert.Equal(TooMany, code));
        Assert.Empty(world.Complaints);
    }

    private async Task EndAsync(string end, Hardware device)
    {
        switch (end)
        {
            case "replace": await _world.ReplaceAsync(device); break;
            case "reissue": await _world.ReissueAsync(device); break;
            case "disable": await _world.DisableAsync(device); break;
            default: await _world.DeleteAsync(device); break;
        }
    }
}
