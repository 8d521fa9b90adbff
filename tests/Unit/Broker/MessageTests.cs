using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Unit.Broker;

public sealed class MessageTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly DeviceWorld _world = fixture.World;

    [Fact]
    public async Task Post_ValuesOfEveryKind_AreStoredAsNumbersAndTexts()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);

        var reply = await client.AskAsync(device.Post, new
        {
            measurepoints = new Dictionary<string, object>
            {
                ["Power"] = new { value = 1.5, quality = 9 },
                ["temp"] = -2,
                ["on"] = true,
                ["mode"] = "auto",
                ["branchCurr"] = new[] { "1.02", "2.02" },
            },
            time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        });

        Assert.Equal("""{"id":"ask-1","code":200,"data":{}}""", reply.GetRawText());
        Assert.Equal(["Power=1.5", "temp=-2", "on=1", "mode=auto", """branchCurr=["1.02","2.02"]"""], _world.ValuesOf(device));
    }

    [Fact]
    public async Task PostBatch_OfTheDeviceItself_IsStoredAsAWhole()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        var reply = await client.AskAsync(device.Sys("thing/measurepoint/post/batch"), new object[]
        {
            new { measurepoints = new { power = 1 }, time = now - 1000 },
            new { productKey = device.ProductKey, deviceKey = device.DeviceKey, measurepoints = new { power = 2 }, time = now },
        });
        var refused = await client.AskAsync(device.Sys("thing/measurepoint/post/batch"), new object[]
        {
            new { measurepoints = new { power = 3 } }, new { productKey = "another", deviceKey = device.DeviceKey, measurepoints = new { power = 4 } },
        });

        Assert.Equal((200, 1009), (reply.GetProperty("code").GetInt32(), refused.GetProperty("code").GetInt32()));
        Assert.Equal(["power=1", "power=2"], _world.ValuesOf(device));
    }

    public static TheoryData<string, int> Refusals => new()
    {
        { "", 1251 },
        { "power=1", 1220 },
        { "[1]", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post"}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":[]}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{}}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":[1]}}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}},}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1,"power":2}}}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1},"time":"now"}}""", 1220 },
        { """{"id":{},"method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}},"\ud800":0}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"\ud800":1}}}""", 1220 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{}}}""", 1251 },
        { """{"id":"1","params":{"measurepoints":{"power":1}}}""", 1260 },
        { """{"id":"1","method":"thing.measurepoint.post.batch","params":{"measurepoints":{"power":1}}}""", 1260 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":null}}}""", 1204 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1e999}}}""", 1204 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"":1}}}""", 1204 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"a b":1}}}""", 1204 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1},"time":1e30}}""", 1204 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1},"time":-1}}""", 1204 },
        { """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":"\ud800"}}}""", 1204 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Post_ThatCannotBeTaken_IsAnsweredByTheContractsCode(string payload, int code)
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));

        var acknowledged = await client.PublishAsync(device.Post, payload);
        var reply = await client.WaitForAsync(_ => true);

        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, acknowledged.ReasonCode);
        Assert.Equal((device.Post + "_reply", code), (reply.Topic, reply.Body.GetProperty("code").GetInt32()));
        Assert.Empty(_world.ValuesOf(device));
        Assert.Equal(200, (await client.PostAsync("power", 1)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Post_TooLarge_IsAnsweredAndEvenLargerEndsTheSession()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);
        string Payload(int length) => $$$"""{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}},"x":"{{{new string('x', length)}}}"}""";

        await client.PublishAsync(device.Post, Payload(512 * 1024));
        Assert.Equal(1008, (await client.WaitForAsync(_ => true)).Body.GetProperty("code").GetInt32());
        await Assert.ThrowsAnyAsync<Exception>(() => client.PublishAsync(device.Post, Payload(1024 * 1024)));

        await client.DisconnectedAsync();
        Assert.Empty(_world.ValuesOf(device));
        Assert.Empty(_world.Complaints);
    }

    [Fact]
    public async Task Post_NestedBeyondReason_IsRefused()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);

        await client.PublishAsync(device.Post, new string('[', 100_000));

        Assert.Equal(1220, (await client.WaitForAsync(_ => true)).Body.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Post_ManyWithoutWaiting_AreAllAnsweredInTheirOrder()
    {
        var device = await _world.AddDeviceAsync();
        using var connection = await RawConnection.SignInAsync(_world, device);
        const int Count = 300;
        var sending = Task.Run(async () =>
        {
            for (ushort id = 1; id <= Count; id++)
            {
                await connection.SendAsync(RawConnection.Bytes(MqttProtocolVersion.V311, RawConnection.PublishOf(
                    device.Post, DeviceClient.Posting(id, $"{id}"), id)));
            }
        });

        for (var id = 1; id <= Count; id++)
        {
            Assert.Equal($"4002{id:X4}", Convert.ToHexString(await connection.ReadPacketAsync()));
        }

        await sending;
        Assert.Equal(Count, _world.ValuesOf(device).Count);
    }

    [Fact]
    public async Task Post_ExactlyOnceThatComesAgain_IsStoredOnceUntilItWasLetGo()
    {
        var device = await _world.AddDeviceAsync();
        using var connection = await RawConnection.SignInAsync(_world, device);
        var post = RawConnection.PublishOf(device.Post, """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""", id: 7);
        post.QualityOfServiceLevel = MQTTnet.Protocol.MqttQualityOfServiceLevel.ExactlyOnce;
        var bytes = RawConnection.Bytes(MqttProtocolVersion.V311, post);
        byte[] again = [(byte)(bytes[0] | 0x08), .. bytes[1..]];

        foreach (var sent in new[] { bytes, again })
        {
            await connection.SendAsync(sent);
            Assert.Equal("50020007", Convert.ToHexString(await connection.ReadPacketAsync()));
        }

        Assert.Single(_world.ValuesOf(device));

        // Also by a connection that goes on where this one was cut.
        var connect = RawConnection.ConnectOf(device);
        connect.CleanSession = false;
        foreach (var isPresent in new[] { false, true })
        {
            using var next = await RawConnection.OpenAsync(_world.Port);
            await next.SendAsync(RawConnection.Bytes(MqttProtocolVersion.V311, connect));
            Assert.Equal(isPresent ? "20020100" : "20020000", Convert.ToHexString(await next.ReadPacketAsync()));
            await next.SendAsync(isPresent ? again : bytes);
            Assert.Equal("50020007", Convert.ToHexString(await next.ReadPacketAsync()));
            Assert.Equal(2, _world.ValuesOf(device).Count);
        }

        await DeviceWorld.UntilAsync(() => !_world.IsConnected(device));
        using var last = await RawConnection.SignInAsync(_world, device);
        await last.SendAsync(bytes);
        Assert.Equal("50020007", Convert.ToHexString(await last.ReadPacketAsync()));
        Assert.Equal(3, _world.ValuesOf(device).Count);
        await last.SendAsync(0x62, 2, 0, 7);
        Assert.Equal("70020007", Convert.ToHexString(await last.ReadPacketAsync()));
        await last.SendAsync(bytes);
        Assert.Equal("50020007", Convert.ToHexString(await last.ReadPacketAsync()));
        Assert.Equal(4, _world.ValuesOf(device).Count);
    }

    [Fact]
    public async Task Post_ExactlyOnce_IsAcknowledgedToTheEnd()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);

        var result = await client.PublishAsync(
            device.Post, DeviceClient.Posting(1), MqttQualityOfServiceLevel.ExactlyOnce);

        Assert.True(result.IsSuccess);
        Assert.Equal(["power=1"], _world.ValuesOf(device));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Publish_WhereItMayNot_IsToldSoAndStoresNothing(MqttProtocolVersion version)
    {
        var (device, other) = (await _world.AddDeviceAsync(), await _world.AddDeviceAsync());
        using var client = await _world.SignInAsync(device, new ConnectChoices(version));
        foreach (var topic in new[] { other.Post, $"/sys/{device.ProductKey}/{other.DeviceKey}/thing/measurepoint/post", other.Session("combine/login"), "anything", "/sys", $"/sys/{device.ProductKey}", "$SYS/broker" })
        {
            client.Inbox.Clear();
            var acknowledged = await client.PublishAsync(topic, """{"id":"9","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""");
            var reply = await client.WaitForAsync(_ => true);
            Assert.Equal((topic + "_reply", "9", 1009), (reply.Topic, reply.Body.GetProperty("id").GetString(), reply.Body.GetProperty("code").GetInt32()));
            Assert.Equal(version == MqttProtocolVersion.V500 ? MqttClientPublishReasonCode.NotAuthorized : MqttClientPublishReasonCode.Success, acknowledged.ReasonCode);
        }

        Assert.Empty(_world.ValuesOf(other));
        Assert.Empty(_world.ValuesOf(device));
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Publish_ToBeRetained_IsRefused()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);

        await client.PublishAsync(device.Post, """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""", isRetained: true);

        Assert.Equal(1009, (await client.WaitForAsync(_ => true)).Body.GetProperty("code").GetInt32());
        Assert.Empty(_world.ValuesOf(device));
    }

    [Fact]
    public async Task Publish_WhatIsNotServedOrAnAnswer_IsToldSoOrTaken()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);

        await client.PublishAsync(device.Sys("thing/service/restart_reply"), """{"id":"1","code":200}""");
        await client.PublishAsync(device.Sys("thing/event/alarm/post"), """{"id":"2","method":"thing.event.alarm.post","params":{}}""");

        var reply = await client.WaitForAsync(_ => true);
        Assert.Equal(("2", 400), (reply.Body.GetProperty("id").GetString(), reply.Body.GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Subscribe_ToOthersOrTooMuch_IsRefusedEachByItself(MqttProtocolVersion version)
    {
        var (device, other) = (await _world.AddDeviceAsync(), await _world.AddDeviceAsync());
        using var client = await _world.SignInAsync(device, new ConnectChoices(version));
        string[] own = [device.Post + "_reply", device.Sys("#"), device.Sys("thing/+/post_reply"), device.Session("#"), device.Session("thing/activate/info")];
        string[] foreign =
        [
            "#", "+", "/#", "/sys/#", "/sys/+/+/#", $"/sys/{device.ProductKey}/+/#", $"/sys/{device.ProductKey}/#", other.Post + "_reply", other.Sys("#"), other.Session("#"),
            $"/sys/{device.ProductKey}/{other.DeviceKey}/#", "$SYS/#", $"$share/all{device.Sys("#")}", "/ext/session/+/+/#", "",
        ];

        Assert.Equal([1, 1, 1, 1, 1], await client.SubscribeAsync(own));
        Assert.All(await Task.WhenAll(foreign.Where(filter => filter.Length > 0).Select(filter => client.SubscribeAsync(filter))), codes =>
            Assert.Equal(version == MqttProtocolVersion.V500 ? 0x87 : 0x80, Assert.Single(codes)));
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Subscribe_AndUnsubscribe_DecideWhoIsAnswered()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));
        async Task<int> RepliesAsync()
        {
            client.Inbox.Clear();
            await client.PublishAsync(device.Post, DeviceClient.Posting(1));
            await Task.Delay(100); // the reply goes before the acknowledgement; the client hands it over by another thread
            return client.Inbox.Count;
        }

        Assert.Equal(0, await RepliesAsync());
        await client.SubscribeAsync(device.Sys("thing/+/post_reply"));
        Assert.Equal(1, await RepliesAsync());
        await client.Mqtt.UnsubscribeAsync(device.Sys("thing/+/post_reply"));
        Assert.Equal(0, await RepliesAsync());
    }

    [Fact]
    public async Task Subscribe_WithoutEnd_IsLimited()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));

        var codes = new List<int>();
        for (var some = 0; some < 4; some++)
        {
            codes.AddRange(await client.SubscribeAsync([.. Enumerable.Range(some * 50, 50).Select(number => device.Sys($"thing/{number}"))]));
        }

        Assert.Equal((128, 72), (codes.Count(code => code == 1), codes.Count(code => code == 0x97)));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Will_OnAForeignTopicOrRetained_IsRefusedBeforeAnythingHappens(MqttProtocolVersion version)
    {
        var (device, other) = (await _world.AddDeviceAsync(), await _world.AddDeviceAsync());
        using var present = await _world.SignInAsync(device);
        Action<MqttClientOptionsBuilder>[] wills =
        [
            options => options.WithWillTopic(other.Post).WithWillPayload("x"), options => options.WithWillTopic("anything").WithWillPayload("x"),
            options => options.WithWillTopic(device.Post).WithWillPayload("x").WithWillRetain(),
        ];
        foreach (var will in wills)
        {
            using var client = await _world.ConnectAsync(device, new ConnectChoices(version) { More = will });
            Assert.NotEqual(0, client.ResultCode);
        }

        Assert.True(present.IsConnected);
    }

    [Fact]
    public async Task Will_OfADeviceThatIsCut_IsItsLastWord()
    {
        var device = await _world.AddDeviceAsync();
        const string LastWord = """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"online":0}}}""";
        void WithWill(MqttClientOptionsBuilder options) => options.WithWillTopic(device.Post).WithWillPayload(LastWord);
        using (var polite = await _world.SignInAsync(device, new ConnectChoices { More = WithWill }))
        {
            await polite.DisconnectAsync();
        }

        await DeviceWorld.UntilAsync(() => !_world.IsConnected(device));
        Assert.Empty(_world.ValuesOf(device));

        using (await _world.SignInAsync(device, new ConnectChoices { More = WithWill }))
        {
            // cut
        }

        await DeviceWorld.UntilAsync(() => !_world.IsConnected(device));
        Assert.Equal(["online=0"], _world.ValuesOf(device));
    }
}
