using System.Diagnostics;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using Portal.Core.Connections;
using Unit.Support;

namespace Unit.Broker;

/// <summary>Whatever comes, the connection ends, nothing is logged as a fault, and the next device is served.</summary>
public sealed class HostileTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly DeviceWorld _world = fixture.World;

    public static TheoryData<string, string> NoConnects => new()
    {
        { "nothing at all", "" },
        { "a page is asked for", "474554202F20485454502F312E310D0A0D0A" },
        { "TLS where none is", "16030100C8010000C40303" },
        { "CONNECT without a body", "1000" },
        { "CONNECT with a body of nothing", "100500044D515454" },
        { "a length without end", "10FFFFFFFFFFFF" },
        { "a length of 256 MB", "10FFFFFF7F00044D515454" },
        { "a length of 17 KB", "10808901" + "00044D51545404C2003C" },
        { "another protocol", "100C0004485454500402003C0000" },
        { "strings longer than the packet", "100C00044D5154540402003CFFFF" },
        { "a flag that must not be", "100C00044D5154540401003C0000" },
        { "flags on CONNECT itself", "1F0C00044D5154540402003C0000" },
        { "properties longer than the packet", "100D00044D5154540502003C7F0000" },
        { "a property that is none", "100F00044D5154540502003C02FE010000" },
        { "SUBSCRIBE first", "820600010001610" + "0" },
        { "PUBLISH first", "300400016161" + "61" },
        { "PINGREQ first", "C000" },
        { "an answer first", "20020000" },
        { "a type that is none", "0000" },
    };

    [Theory]
    [MemberData(nameof(NoConnects))]
    public async Task First_packet_that_is_no_CONNECT_ends_the_connection(string what, string hex)
    {
        using var connection = await RawConnection.OpenAsync(_world.Port);
        await connection.SendAsync(Convert.FromHexString(hex));
        if (hex.Length == 0)
        {
            connection.Stream.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }

        var answer = await connection.ReadToEndAsync();

        Assert.True(answer.Length == 0 || answer[0] == 0x20, $"{what}: {Convert.ToHexString(answer)}");
        await StillServesAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(0x84)]
    [InlineData(255)]
    public async Task CONNECT_of_an_unknown_version_is_answered_so(byte level)
    {
        using var connection = await RawConnection.OpenAsync(_world.Port);
        await connection.SendAsync(0x10, 0x0C, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', level, 2, 0, 60, 0, 0);

        Assert.Equal("20020001", Convert.ToHexString(await connection.ReadToEndAsync()));
    }

    [Fact]
    public async Task CONNECT_is_refused_by_the_codes_of_its_version()
    {
        var device = await _world.AddDeviceAsync();
        var wrong = RawConnection.ConnectOf(device with { Secret = "another" });
        var empty = RawConnection.ConnectOf(device);
        empty.Password = null;
        (MqttProtocolVersion Version, MqttConnectPacket Packet, string Answer)[] cases =
        [
            (MqttProtocolVersion.V311, wrong, "20020005"), (MqttProtocolVersion.V310, wrong, "20020005"), (MqttProtocolVersion.V500, wrong, "2003008700"),
            (MqttProtocolVersion.V311, empty, "20020004"), (MqttProtocolVersion.V500, empty, "2003008600"),
        ];
        foreach (var (version, packet, answer) in cases)
        {
            using var connection = await RawConnection.OpenAsync(_world.Port);
            await connection.SendAsync(RawConnection.Bytes(version, packet));
            Assert.Equal(answer, Convert.ToHexString(await connection.ReadToEndAsync()));
        }
    }

    [Theory]
    [InlineData(4, 0xE2, "")] // a last word to be retained, and none
    [InlineData(4, 0xCA, "")] // a last word of quality 1, and none
    [InlineData(4, 0xC3, "")] // a flag that must not be
    [InlineData(4, 0x42, "")] // a password without a user name
    [InlineData(4, 0xC0, "20020002")] // no client ID, to be found again
    [InlineData(5, 0xE2, "2003008100")]
    [InlineData(5, 0xC3, "2003008100")]
    public async Task CONNECT_with_flags_that_cannot_be_is_refused(byte version, byte flags, string answer)
    {
        using var connection = await RawConnection.OpenAsync(_world.Port);
        byte[] clientId = flags == 0xC0 ? [0, 0] : [0, 1, (byte)'c'];
        byte[] body = [0, 4, .. "MQTT"u8, version, flags, 0, 60, .. version == 5 ? [0] : (byte[])[], .. clientId, 0, 1, (byte)'u', 0, 1, (byte)'p'];
        await connection.SendAsync([0x10, (byte)body.Length, .. body]);

        Assert.Equal(answer, Convert.ToHexString(await connection.ReadToEndAsync()));
        await StillServesAsync();
    }

    [Theory]
    [InlineData("a last word on a topic of others", "20020005", "2003008700")]
    [InlineData("a last word to be retained", "20020005", "2003009A00")]
    [InlineData("a last word of quality 3", "20020005", "2003008100")]
    [InlineData("no password", "20020004", "2003008600")]
    public async Task CONNECT_that_asks_for_what_is_not_to_be_had_is_refused_and_noted_at_the_asset(string what, string answer, string answer5)
    {
        var device = await _world.AddDeviceAsync();
        foreach (var (version, expected) in new[] { (MqttProtocolVersion.V311, answer), (MqttProtocolVersion.V500, answer5) })
        {
            var packet = RawConnection.ConnectOf(device);
            (packet.WillFlag, packet.WillTopic, packet.WillMessage) = (what != "no password", what == "a last word on a topic of others" ? "status/lwt" : device.Post, "{}"u8.ToArray());
            packet.WillRetain = what == "a last word to be retained";
            packet.Password = what == "no password" ? null : packet.Password;
            var bytes = RawConnection.Bytes(version, packet);
            if (what == "a last word of quality 3")
            {
                bytes[bytes.AsSpan().IndexOf("MQTT"u8) + 5] |= 0x18;
            }

            using var connection = await RawConnection.OpenAsync(_world.Port);
            await connection.SendAsync(bytes);
            Assert.Equal(expected, Convert.ToHexString(await connection.ReadToEndAsync()));
        }

        await _world.Portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(
            [$"by={(int)KnockedBy.WrongWay}|count=2"],
            _world.Portal.Database.Rows($"SELECT knocked_by AS \"by\", count FROM connection_log WHERE device_key='{device.DeviceKey}'"));
        await StillServesAsync();
    }

    public static TheoryData<string, string, byte> BadPackets => new()
    {
        { "CONNECT again", "100C00044D5154540502003C0000", 0x82 },
        { "PUBLISH of quality 3", "360A0001610001000000000" + "0", 0x82 },
        { "SUBSCRIBE to nothing", "8203000100", 0x82 },
        { "SUBSCRIBE without its flags", "80070001000001610" + "0", 0x82 },
        { "SUBSCRIBE without identifier", "8207000000000161" + "00", 0x82 },
        { "a type that is none", "0000", 0x82 },
        { "an answer to a ping that nobody sent", "D000", 0x82 },
        { "CONNACK", "2003000000", 0x82 },
        { "UNSUBSCRIBE from nothing", "A203000100", 0x82 },
        { "PUBLISH to many at once", "30060003612F2B00", 0x90 },
        { "PUBLISH to a topic that is no text", "3006000361FF6200", 0x90 },
        { "AUTH", "F000", 0x82 },
        { "PUBLISH with an alias", "30070001610323000100", 0x94 },
        { "PUBLISH to nowhere", "3003000000", 0x94 },
        { "PUBLISH to be retained", "3104000161" + "00", 0x9A },
        { "PUBLISH with a topic longer than itself", "3004FFFF6161", 0x81 },
        { "PUBLISH without a body", "3000", 0x81 },
        { "properties longer than the packet", "30050001617F00", 0x81 },
        { "a length without end", "30FFFFFFFFFF", 0x81 },
        { "a length of 256 MB", "30FFFFFF7F", 0x95 },
    };

    [Theory]
    [MemberData(nameof(BadPackets))]
    public async Task Packet_that_breaks_the_rules_ends_the_session_with_the_reason(string what, string hex, byte reason)
    {
        var device = await _world.AddDeviceAsync();
        using var connection = await RawConnection.SignInAsync(_world, device, MqttProtocolVersion.V500);
        await connection.SendAsync(Convert.FromHexString(hex));

        var answer = await connection.ReadToEndAsync();

        Assert.True(answer is [0xE0, _, var code, ..] && code == reason, $"{what}: {Convert.ToHexString(answer)}");
        await DeviceWorld.UntilAsync(() => !_world.IsConnected(device));
        await StillServesAsync();
    }

    [Theory]
    [InlineData("{\"id\":\"1\",\"\\ud800\":0}")]
    [InlineData("{")]
    public async Task Last_word_that_cannot_be_read_leaves_nobody_signed_in(string will)
    {
        var device = await _world.AddDeviceAsync();
        using (await _world.SignInAsync(device, new ConnectChoices { More = options => options.WithWillTopic(device.Post).WithWillPayload(will) }))
        {
            // It is cut, not signed out.
        }

        await DeviceWorld.UntilAsync(() => !_world.IsConnected(device));
        await DeviceWorld.UntilAsync(() => _world.StatusOf(device) == Portal.Core.Devices.DeviceStatus.Offline);
        await StillServesAsync();
    }

    [Fact]
    public async Task Topic_so_long_that_none_is_left_for_a_reply_is_survived()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device, new ConnectChoices(MqttProtocolVersion.V500));

        var acknowledged = await client.PublishAsync(device.Sys(new string('x', ushort.MaxValue - device.Sys("").Length)), "{}");

        Assert.Equal(MQTTnet.MqttClientPublishReasonCode.NotAuthorized, acknowledged.ReasonCode);
        Assert.Equal(200, (await client.PostAsync("power", 1)).GetProperty("code").GetInt32());
        await StillServesAsync();
    }

    [Fact]
    public async Task Damaged_packets_are_survived()
    {
        var device = await _world.AddDeviceAsync();
        var random = new Random(20261126);
        MqttProtocolVersion[] versions = [MqttProtocolVersion.V311, MqttProtocolVersion.V500];
        for (var round = 0; round < Scale.Of(300, 20_000); round++)
        {
            var version = versions[round % 2];
            byte[][] packets =
            [
                RawConnection.Bytes(version, RawConnection.ConnectOf(device)),
                RawConnection.Bytes(version, new MqttSubscribePacket { PacketIdentifier = 1, TopicFilters = [new MqttTopicFilter { Topic = device.Post + "_reply" }] }),
                RawConnection.Bytes(version, RawConnection.PublishOf(device.Post, """{"id":"1","method":"thing.measurepoint.post","params":{"measurepoints":{"power":1}}}""", 2)),
                RawConnection.Bytes(version, new MqttUnsubscribePacket { PacketIdentifier = 3, TopicFilters = [device.Post + "_reply"] }),
                RawConnection.Bytes(version, new MqttDisconnectPacket()),
            ];
            var damaged = packets[round % 4 == 0 ? 0 : random.Next(1, packets.Length)];
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            using var connection = await RawConnection.OpenAsync(_world.Port);
            try
            {
                await connection.SendAsync([.. packets.SelectMany(packet => packet)]);
                connection.Stream.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            }
            catch (IOException)
            {
                continue; // closed before all of it was sent
            }

            await connection.ReadToEndAsync();
        }

        await StillServesAsync();
    }

    [Fact]
    public async Task Who_says_nothing_or_dawdles_is_cut()
    {
        var device = await _world.AddDeviceAsync();
        using var silent = await RawConnection.OpenAsync(_world.Port);
        using var slow = await RawConnection.OpenAsync(_world.Port);
        var connect = RawConnection.Bytes(MqttProtocolVersion.V311, RawConnection.ConnectOf(device));
        var since = Stopwatch.StartNew();
        var dawdling = Task.Run(async () =>
        {
            foreach (var some in connect)
            {
                await slow.SendAsync(some);
                await Task.Delay(200);
            }
        });

        Assert.Empty(await silent.ReadToEndAsync());
        Assert.Empty(await slow.ReadToEndAsync());

        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(16));
        await Assert.ThrowsAnyAsync<IOException>(() => dawdling);
        await StillServesAsync();
    }

    [Fact]
    public async Task Who_does_not_read_holds_up_nobody()
    {
        var (greedy, other) = (await _world.AddDeviceAsync(), await _world.AddDeviceAsync());
        using var connection = await RawConnection.SignInAsync(_world, greedy);
        var pings = Enumerable.Repeat(new byte[] { 0xC0, 0x00 }, 32 * 1024).SelectMany(ping => ping).ToArray();
        using var client = await _world.SignInAsync(other);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var flood = Task.Run(async () =>
        {
            while (true)
            {
                await connection.Stream.WriteAsync(pings, enough.Token);
            }
        });

        var slowest = TimeSpan.Zero;
        while (!enough.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            Assert.Equal(200, (await client.PostAsync("power", 1)).GetProperty("code").GetInt32());
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(since).Ticks));
        }

        await Assert.ThrowsAnyAsync<Exception>(() => flood);
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"{slowest}");
    }

    private async Task StillServesAsync()
    {
        var device = await _world.AddDeviceAsync();
        using var client = await _world.SignInAsync(device);
        Assert.Equal(200, (await client.PostAsync("power", 1)).GetProperty("code").GetInt32());
        Assert.Empty(_world.Complaints);
    }
}
