using MQTTnet.Formatter;
using Portal.Core.Devices;

namespace Unit.Broker;

public sealed class ConnectTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly DeviceWorld _world = fixture.World;

    [Theory]
    [InlineData(MqttProtocolVersion.V310)]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Connect_ProperSecret_SignsInAndPosts(MqttProtocolVersion version)
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(version));

        Assert.Equal(DeviceStatus.Online, _world.StatusOf(device));
        var reply = await client.PostAsync("power", 12.5);

        Assert.Equal(200, reply.GetProperty("code").GetInt32());
        Assert.Equal(["power=12.5"], _world.ValuesOf(device));
        await client.DisconnectAsync();
        await DeviceWorld.UntilAsync(() => _world.StatusOf(device) == DeviceStatus.Offline);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Connect_WhatIsNotTheDevicesSecret_IsNotAuthorized(MqttProtocolVersion version)
    {
        var device = await _world.AddDeviceAsync();
        ConnectChoices[] wrong =
        [
            new(version) { Secret = "another" },
            new(version) { ClientId = device.DeviceKey },
            new(version) { ClientId = $"{device.DeviceKey}|securemode=2,signmethod=md5,timestamp=1|" },
            new(version) { UserName = "nobody&nothing" },
            new(version) { UserName = "no separator" },
            new(version) { Password = "not hexadecimal" },
            new(version) { SecureMode = 3 },
        ];
        foreach (var choice in wrong)
        {
            using var client = await _world.ConnectAsync(device, choice);
            Assert.True(client.ResultCode == DeviceClient.NotAuthorized, $"{choice}: {client.ResultCode}");
            Assert.False(client.IsConnected);
        }

        Assert.Equal(DeviceStatus.Inactive, _world.StatusOf(device));
    }

    [Fact]
    public async Task Connect_WithoutUserNameOrPassword_IsRefusedAsThat()
    {
        var device = await _world.AddDeviceAsync();
        using var old = await _world.ConnectAsync(device, new ConnectChoices { More = options => options.WithCredentials((MQTTnet.IMqttClientCredentialsProvider?)null) });
        using var current = await _world.ConnectAsync(device, new ConnectChoices(MqttProtocolVersion.V500) { More = options => options.WithCredentials((MQTTnet.IMqttClientCredentialsProvider?)null) });

        const int BadUserNameOrPassword = 134;
        Assert.Equal((BadUserNameOrPassword, BadUserNameOrPassword), (old.ResultCode, current.ResultCode));
    }

    [Fact]
    public async Task Connect_DisabledDevice_IsRefused()
    {
        var device = await _world.AddDeviceAsync();
        await _world.DisableAsync(device);

        using var client = await _world.ConnectAsync(device);

        Assert.Equal(DeviceClient.NotAuthorized, client.ResultCode);
    }

    /// <summary>Spellings that vendors' clients send (contract.md 6.1).</summary>
    [Theory]
    [InlineData("{key}|securemode=2,signmethod=sha256,timestamp=1795447138138|", "1795447138138", "{key}")]
    [InlineData("{product}.{key}|securemode=2,signmethod=sha256,timestamp=2524608000000|", "2524608000000", "{product}.{key}")]
    [InlineData("{key}|securemode=2, signmethod=hmacsha256, timestamp=1795447139566.4844|", "1795447139566.4844", "{key}")]
    public async Task Connect_AsAVendorsClientSpellsIt_IsTaken(string clientId, string timestamp, string name)
    {
        var device = await _world.AddDeviceAsync();
        string Fill(string text) => text.Replace("{key}", device.DeviceKey, StringComparison.Ordinal).Replace("{product}", device.ProductKey, StringComparison.Ordinal);
        foreach (var password in new[] { DeviceClient.Sign(device, Fill(name), timestamp), DeviceClient.Sign(device, Fill(name), timestamp).ToLowerInvariant() })
        {
            using var client = await _world.ConnectAsync(device, new ConnectChoices { ClientId = Fill(clientId), Password = password });
            Assert.Equal(0, client.ResultCode);
        }
    }

    [Fact]
    public async Task Connect_Version5_IsToldTheLimits()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500) { KeepAlive = 1000 });

        Assert.Equal(300, client.Result!.ServerKeepAlive);
        Assert.False(client.Result.RetainAvailable || client.Result.SharedSubscriptionAvailable || client.Result.SubscriptionIdentifiersAvailable);
        Assert.InRange(client.Result.MaximumPacketSize!.Value, 512u * 1024, 1024u * 1024);
    }

    [Fact]
    public async Task Connect_AgainAsTheSameDevice_EndsTheFormerConnection()
    {
        var device = await _world.AddDeviceAsync();
        using var first = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));
        using var second = await _world.SignInAsync(device, new ConnectChoices { ClientId = $"other|securemode=2,signmethod=sha256,timestamp=1|", Password = DeviceClient.Sign(device, "other", "1") });

        Assert.Equal(MQTTnet.MqttClientDisconnectReason.SessionTakenOver, await first.DisconnectedAsync());
        Assert.Equal(200, (await second.PostAsync("power", 1)).GetProperty("code").GetInt32());
        Assert.True(_world.IsConnected(device));
    }

    [Fact]
    public async Task Connect_SameClientIdAsAnotherDevice_LeavesThatOneAlone()
    {
        var (device, other) = (await _world.AddDeviceAsync(), await _world.AddDeviceAsync());
        const string Shared = "shared|securemode=2,signmethod=sha256,timestamp=1|";
        using var first = await _world.SignInAsync(device, new ConnectChoices { ClientId = Shared, Password = DeviceClient.Sign(device, "shared", "1") });
        using var second = await _world.SignInAsync(other, new ConnectChoices { ClientId = Shared, Password = DeviceClient.Sign(other, "shared", "1") });

        Assert.Equal(200, (await first.PostAsync("power", 1)).GetProperty("code").GetInt32());
        Assert.Equal(200, (await second.PostAsync("power", 2)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Connect_ToGoOn_FindsItsSubscriptionsOfTheSameSecretOnly()
    {
        var device = await _world.AddDeviceAsync();
        var goingOn = new ConnectChoices(IsClean: false);
        using (var client = await _world.SignInAsync(device, goingOn))
        {
            Assert.False(client.Result!.IsSessionPresent);
            await client.SubscribeAsync(device.Post + "_reply");
            await client.DisconnectAsync();
        }

        using (var client = await _world.SignInAsync(device, goingOn))
        {
            Assert.True(client.Result!.IsSessionPresent);
            await client.PublishAsync(device.Post, """{"id":"7","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""");
            Assert.Equal("7", (await client.WaitForAsync(_ => true)).Body.GetProperty("id").GetString());
            await client.DisconnectAsync();
        }

        using (var client = await _world.SignInAsync(device))
        {
            Assert.False(client.Result!.IsSessionPresent);
            await client.DisconnectAsync();
        }

        using (var client = await _world.SignInAsync(device, goingOn))
        {
            Assert.False(client.Result!.IsSessionPresent);
        }
    }

    [Fact]
    public async Task Connect_TakingOverToGoOn_KeepsTheSubscriptions()
    {
        var device = await _world.AddDeviceAsync();
        using var first = await _world.SignInAsync(device, new ConnectChoices(IsClean: false));
        await first.SubscribeAsync(device.Post + "_reply");

        using var second = await _world.SignInAsync(device, new ConnectChoices(IsClean: false));

        Assert.True(second.Result!.IsSessionPresent);
    }

    [Fact]
    public async Task Connections_AllOfThem_CausedNoComplaint()
    {
        var device = await _world.AddDeviceAsync();
        using (await _world.SignInAsync(device))
        {
            // cut, without a word
        }

        await DeviceWorld.UntilAsync(() => !_world.IsConnected(device));
        Assert.Empty(_world.Complaints);
    }
}
