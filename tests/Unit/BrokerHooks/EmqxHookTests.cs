using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal;
using Portal.Core;
using Portal.Core.Connections;
using Portal.Core.MeasurePoints;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Unit.Connections;
using static Unit.BrokerHooks.HookWorld;

namespace Unit.BrokerHooks;

public sealed class EmqxHookTests
{
    [Fact]
    public async Task Auth_DeviceWithItsSecret_IsAllowedAndOnline()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync();

        Assert.Equal("allow", await world.SignInAsync(device));

        Assert.Equal("Online", world.StatusOf(asset));
        Assert.Equal("deny", await world.SignInAsync(device with { Secret = "wrong" }));
        Assert.Equal("deny", await world.SignInAsync(device with { DeviceKey = "unknown" }));
        Assert.Equal("Online", world.StatusOf(asset));
    }

    [Fact]
    public async Task Acl_OfItsOwnTopics_IsAllowedAndOfNoOthers()
    {
        await using var world = await StartAsync();
        var (_, device) = await world.AddDeviceAsync();
        var (_, other) = await world.AddDeviceAsync();
        await world.SignInAsync(device);
        await world.SignInAsync(other);

        Assert.Equal("allow", await world.MayAsync(device, "publish", TopicOf(device)));
        Assert.Equal("allow", await world.MayAsync(device, "subscribe", TopicOf(device) + "_reply"));
        Assert.Equal("allow", await world.MayAsync(device, "subscribe", $"/sys/{device.ProductKey}/{device.DeviceKey}/thing/service/#"));
        foreach (var topic in new[] { TopicOf(other), "/sys/+/+/thing/measurepoint/post", $"/sys/{device.ProductKey}/+/thing/measurepoint/post", "#", "/sys/#", "$SYS/brokers", "", $"$share/g/{TopicOf(device)}" })
        {
            Assert.Equal(("deny", "deny"), (await world.MayAsync(device, "publish", topic), await world.MayAsync(device, "subscribe", topic)));
        }

        // Nothing that it left with the broker is heard by the hardware after it.
        Assert.Equal("deny", await world.MayAsync(device, "publish", TopicOf(device) + "_reply"));
        foreach (var below in new[] { "thing/measurepoint/post", "#", "thing/measurepoint/+", "thing/measurepoint/post/#", "+/+/+", "thing/#" })
        {
            Assert.Equal("deny", await world.MayAsync(device, "subscribe", $"/sys/{device.ProductKey}/{device.DeviceKey}/{below}"));
        }

        // Another connection than the one that was let in, and an action that is none.
        Assert.Equal("deny", await world.MayAsync(device, "publish", TopicOf(device), clientId: "another"));
        Assert.Equal("deny", await world.MayAsync(device, "administer", TopicOf(device)));
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Replacement_OfAConnectedDevice_EndsItsSessionBeforeItIsAnswered()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync();
        await world.SignInAsync(device);
        Assert.Equal("allow", await world.PublishAsync(device, TopicOf(device), Post()));

        var hardware = await world.ReplaceAsync(asset, device);

        Assert.Equal("deny", await world.PublishAsync(device, TopicOf(device), Post(power: 99)));
        Assert.Equal("deny", await world.MayAsync(device, "publish", TopicOf(device)));
        Assert.Equal("deny", await world.SignInAsync(device));
        Assert.Equal("allow", await world.SignInAsync(hardware));
        Assert.Equal("allow", await world.PublishAsync(hardware, TopicOf(hardware), Post(power: 1)));
        Assert.Equal(["power=12.5", "power=1"], world.StoredOf(asset));
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Reissue_SameKey_TakesNothingFromTheOldConnection()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync();
        await world.SignInAsync(device);

        var before = DateTimeOffset.UtcNow;
        var renewed = await world.ReissueAsync(asset, device);

        Assert.Equal("deny", await world.PublishAsync(device, TopicOf(device), Post()));
        Assert.Equal("allow", await world.SignInAsync(renewed, clientId: "again"));
        Assert.Equal("deny", await world.PublishAsync(device, TopicOf(device), Post()));

        // Under the same client ID: what the broker passes on late is told by its time.
        Assert.Equal("allow", await world.SignInAsync(renewed));
        Assert.Equal("deny", await world.PublishAsync(device, TopicOf(device), Post(), before));
        Assert.Empty(world.StoredOf(asset));
        Assert.Equal("allow", await world.PublishAsync(renewed, TopicOf(device), Post()));
        Assert.Single(world.StoredOf(asset));
    }

    [Fact]
    public async Task Event_MessageThatCannotBeStored_IsAskedForAgain()
    {
        await using var world = await StartAsync(services => services.AddSingleton<IMeasureWriter, FullDisk>());
        var (_, device) = await world.AddDeviceAsync();
        await world.SignInAsync(device);

        using var answer = await world.SendAsync(PortalRoutes.HookEvent, JsonContent.Create(Message(device, TopicOf(device), Post())));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Event_Message_BringsTheReply()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync();
        await world.SignInAsync(device);

        foreach (object payload in new object[] { Post("7"), JsonSerializer.Deserialize<JsonElement>(Post("7")) })
        {
            using var answer = await world.SendAsync(PortalRoutes.HookEvent, JsonContent.Create(Message(device, TopicOf(device), payload)));
            var reply = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("reply");
            Assert.Equal(TopicOf(device) + "_reply", reply.GetProperty("topic").GetString());
            Assert.Equal(("7", 200), (reply.GetProperty("payload").GetProperty("id").GetString(), reply.GetProperty("payload").GetProperty("code").GetInt32()));
        }

        Assert.Equal("deny", await world.PublishAsync(device, TopicOf(device), "no JSON"));
        Assert.Contains("power=12.5", world.StoredOf(asset));
    }

    [Fact]
    public async Task Event_Gateway_BringsItsSubDevice()
    {
        await using var world = await StartAsync();
        var (_, gateway) = await world.AddDeviceAsync(type: ProductType.Gateway);
        var (asset, device) = await world.AddDeviceAsync();
        await world.SignInAsync(gateway);
        Assert.Equal("deny", await world.MayAsync(gateway, "publish", TopicOf(device)));
        var behind = device.Behind();

        Assert.Equal("allow", await world.PublishAsync(gateway, $"/ext/session/{gateway.ProductKey}/{gateway.DeviceKey}/combine/login", JsonSerializer.Serialize(new
        {
            id = "1",
            @params = new { clientId = behind.ClientId, productKey = behind.ProductKey, deviceKey = behind.DeviceKey, signMethod = behind.SignMethod, timestamp = behind.Timestamp, sign = behind.Sign },
        })));

        Assert.Equal("Online", world.StatusOf(asset));
        Assert.Equal("allow", await world.MayAsync(gateway, "publish", TopicOf(device)));
        Assert.Equal("allow", await world.PublishAsync(gateway, TopicOf(device), Post()));
        Assert.Equal(["power=12.5"], world.StoredOf(asset));
    }

    [Fact]
    public async Task Event_Disconnected_SignsOutTheConnectionItIsAbout()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync();
        await world.SignInAsync(device);

        object Gone(string reason, long at, string? clientId = null) => new
        {
            @event = "client.disconnected",
            clientid = device.Connect(clientId: clientId).ClientId,
            username = $"{device.DeviceKey}&{device.ProductKey}",
            reason,
            disconnected_at = at,
        };
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await world.AskAsync(PortalRoutes.HookEvent, Gone("normal", now, "another"));
        await world.AskAsync(PortalRoutes.HookEvent, Gone("takenover", now + 1000));
        await world.AskAsync(PortalRoutes.HookEvent, Gone("normal", now - 60_000));
        await world.Portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal("Online", world.StatusOf(asset));

        await world.AskAsync(PortalRoutes.HookEvent, Gone("keepalive_timeout", now + 1000));
        await world.Portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal("Offline", world.StatusOf(asset));
        Assert.Equal("deny", await world.MayAsync(device, "publish", TopicOf(device)));
    }

    [Fact]
    [Trait("Requirement", "R-26")]
    public async Task Auth_WithTheClientIdOfAnotherDevice_TakesNothingFromIt()
    {
        await using var world = await StartAsync();
        var (_, device) = await world.AddDeviceAsync();
        var (_, intruder) = await world.AddDeviceAsync();
        Assert.Equal("allow", await world.SignInAsync(device));

        Assert.Equal("deny", await world.SignInAsync(intruder, clientId: device.DeviceKey));
        Assert.Equal("allow", await world.MayAsync(device, "publish", TopicOf(device)));

        // Taken while the device was away: it gets its own back.
        var (_, late) = await world.AddDeviceAsync();
        Assert.Equal("allow", await world.SignInAsync(intruder, clientId: late.DeviceKey));
        Assert.Equal("allow", await world.SignInAsync(late));
        Assert.Equal("allow", await world.MayAsync(late, "publish", TopicOf(late)));
        Assert.Contains(world.Logs.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("client ID under which", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "R-27")]
    public async Task Auth_DynamicActivation_IsRefusedAndSpendsNothing()
    {
        await using var world = await StartAsync();
        var (asset, device) = await world.AddDeviceAsync();
        var connect = device.Connect(mode: 3);

        Assert.Equal("deny", await world.AskAsync(PortalRoutes.HookAuth, new { clientid = connect.ClientId, username = connect.UserName, password = Encoding.ASCII.GetString(connect.Password.Span) }));

        Assert.Equal("Inactive", world.StatusOf(asset));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"clientid\":5,\"username\":{},\"password\":[]}")]
    [InlineData("{\"clientid\":\"a\",\"clientid\":\"b\"}")]
    [InlineData("{\"event\":\"message.publish\",\"topic\":\"\\ud800\",\"payload\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("not JSON")]
    public async Task Hooks_HostileBodies_AreRefusedWithoutAFault(string body)
    {
        await using var world = await StartAsync();
        foreach (var path in new[] { PortalRoutes.HookAuth, PortalRoutes.HookAcl, PortalRoutes.HookEvent })
        {
            using var answer = await world.SendAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode is 200 or 400, $"{path}: {answer.StatusCode}");
            Assert.DoesNotContain("allow", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(world.Logs.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Hooks_WithoutTheSecret_AnswerNobody()
    {
        await using var world = await StartAsync();
        var (_, device) = await world.AddDeviceAsync();
        await world.SignInAsync(device);
        string[] paths = [PortalRoutes.HookAuth, PortalRoutes.HookAcl, PortalRoutes.HookEvent, PortalRoutes.RabbitUser, PortalRoutes.RabbitVirtualHost, PortalRoutes.RabbitResource, PortalRoutes.RabbitTopic];
        AuthenticationHeaderValue?[] wrong =
        [
            null, new("Bearer", Secret[..^1]), new("Bearer", Secret.ToLowerInvariant()), new("Basic", Secret), new("Digest", Secret),
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))), new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("portal:"))),
        ];
        foreach (var path in paths)
        {
            foreach (var authorization in wrong)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(world, path, authorization));
            }

            Assert.NotEqual(HttpStatusCode.Unauthorized, await StatusAsync(world, path, new AuthenticationHeaderValue("Bearer", Secret)));
            Assert.NotEqual(HttpStatusCode.Unauthorized, await StatusAsync(world, path, new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"portal:{Secret}")))));
        }

        Assert.Single(world.Logs.Lines, line => line.Text.Contains("was turned away", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Logs.Lines, line => line.Text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hooks_WithoutASecretInTheSettings_AreNotThere()
    {
        await using var portal = Support.PortalServer.Start(("Mqtt:Enabled", "false"));
        using var client = new HttpClient { BaseAddress = portal.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "");

        using var answer = await client.PostAsync(PortalRoutes.HookAuth, JsonContent.Create(new { }), TestContext.Current.CancellationToken);
        using var nowhere = await client.PostAsync("/nowhere", JsonContent.Create(new { }), TestContext.Current.CancellationToken);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(nowhere.StatusCode, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(HookWorld world, string path, AuthenticationHeaderValue? authorization)
    {
        using var client = new HttpClient { BaseAddress = world.Portal.Address };
        client.DefaultRequestHeaders.Authorization = authorization;
        using var answer = await client.PostAsync(path, JsonContent.Create(new { }), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private sealed class FullDisk : IMeasureWriter
    {
        public Task<Error?> WriteAsync(IWriteUnit unit, IReadOnlyList<MeasurePost> posts, int maxPoints) => throw new StorageException("the disk is full", null);

        public Task<IReadOnlyList<long>> FindExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<long>>([]);

        public Task<int> DeleteExpiredAsync(IWriteUnit unit, long series, DateTimeOffset before, int limit) => Task.FromResult(0);

        public Task<int> SettleBaselinesAsync(IWriteUnit unit, DateTimeOffset before) => Task.FromResult(0);
    }
}
