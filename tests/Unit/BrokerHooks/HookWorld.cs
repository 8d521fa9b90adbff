using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portal.BrokerHooks;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.SampleFleet;
using Portal.Core.Sessions;
using Unit.Connections;
using Unit.Support;

namespace Unit.BrokerHooks;

/// <summary>A portal that brokers may ask, without a broker of its own, and a broker's way of asking.</summary>
internal sealed class HookWorld : IAsyncDisposable
{
    public const string Secret = "mQ7tXw2RkLz9PbVc4NfHs8JdGy5TaEu3";
    private readonly HttpClient _client;
    private readonly Actor _ada;
    private int _last;

    private HookWorld(PortalServer portal, CapturedLogs logs, Actor ada)
    {
        (Portal, Logs, _ada) = (portal, logs, ada);
        _client = new HttpClient { BaseAddress = portal.Address };
        _client.DefaultRequestHeaders.Add(HookGate.Header, Secret);
    }

    public PortalServer Portal { get; }

    public CapturedLogs Logs { get; }

    public static Task<HookWorld> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    /// <param name="configure">Other or more services.</param>
    public static async Task<HookWorld> StartAsync(Action<IServiceCollection>? configure, params (string Key, string Value)[] settings)
    {
        var logs = new CapturedLogs();
        var portal = PortalServer.Start(
            services =>
            {
                logs.AddTo(services);
                configure?.Invoke(services);
            },
            [("Mqtt:Enabled", "false"), ("Mqtt:HookSecret", Secret), ("Mqtt:ConnectsPerWindow", "1000000"), .. settings]);
        var ada = await portal.Get<SessionService>().SignInAsync(new IdentifiedPerson(
            "https://provider.test", "ada", "Ada", [Role.Administrator.Name], [SampleOrganizations.Westerly.OrganizationId], null, "192.0.2.1"));
        return new HookWorld(portal, logs, PortalCommands.Value(ada));
    }

    /// <summary>A device that never connected, of a product of its own.</summary>
    public async Task<(string AssetId, TestDevice Device)> AddDeviceAsync(string? deviceKey = null, string? productKey = null, ProductType type = ProductType.Device)
    {
        var (organization, number) = (SampleOrganizations.Westerly.OrganizationId, ++_last);
        if (productKey is null)
        {
            productKey = $"product-{number}";
            PortalCommands.Value(await Portal.Get<ProductService>().CreateAsync(_ada, new CreateProductRequest(organization, productKey, "model", type, productKey)));
        }

        var created = PortalCommands.Value(await Portal.Get<DeviceService>().CreateAsync(
            _ada, new CreateDeviceRequest(organization, productKey, $"asset-{number}", "+01:00", $"asset-{number}", deviceKey ?? $"key-{number}")));
        return ($"asset-{number}", new TestDevice(productKey, created.DeviceKey, await SecretOfAsync(created.RevealGrantId)));
    }

    /// <summary>Puts other hardware behind the asset.</summary>
    public async Task<TestDevice> ReplaceAsync(string assetId, TestDevice old)
    {
        var replaced = PortalCommands.Value(await Portal.Get<ReplacementService>().ReplaceAsync(_ada, new ReplaceDeviceRequest(
            AssetSelector.Asset(assetId), $"new-{old.DeviceKey}", SecretDelivery.Reveal, ReplacementReason.Broken)));
        return old with { DeviceKey = replaced.DeviceKey, Secret = await SecretOfAsync(replaced.RevealGrantId) };
    }

    public async Task<TestDevice> ReissueAsync(string assetId, TestDevice old)
    {
        var reissued = PortalCommands.Value(await Portal.Get<ReplacementService>().ReissueAsync(_ada, new ReissueSecretRequest(AssetSelector.Asset(assetId), ReplacementReason.Other)));
        return old with { Secret = await SecretOfAsync(reissued.RevealGrantId) };
    }

    public async Task DisableAsync(string assetId) => PortalCommands.Value(await Portal.Get<DeviceService>().DisableAsync(_ada, AssetSelector.Asset(assetId)));

    public string StatusOf(string assetId) =>
        ((DeviceStatus)Portal.Database.Scalar<long>($"SELECT status FROM devices WHERE asset_id = '{assetId}'")).ToString();

    /// <summary>Values of the measure point <c>power</c> that the portal stored of an asset, in order.</summary>
    public IReadOnlyList<string> StoredOf(string assetId) => Portal.Database.Rows($"""
        SELECT v.number AS power FROM measure_series s JOIN measure_values v ON v.series_id = s.id JOIN devices d ON d.id = s.device_id
        WHERE d.asset_id = '{assetId}' AND s.point = 'power' ORDER BY v.at
        """);

    /// <summary>As EMQX asks.</summary>
    public Task<string> SignInAsync(TestDevice device, string? clientId = null) => AskAsync(global::Portal.PortalRoutes.HookAuth, new
    {
        clientid = device.Connect(clientId: clientId).ClientId,
        username = $"{device.DeviceKey}&{device.ProductKey}",
        password = Encoding.ASCII.GetString(device.Connect(clientId: clientId).Password.Span),
        peerhost = "192.0.2.7",
    });

    public Task<string> MayAsync(TestDevice device, string action, string topic, string? clientId = null) => AskAsync(global::Portal.PortalRoutes.HookAcl, new
    {
        clientid = device.Connect(clientId: clientId).ClientId,
        username = $"{device.DeviceKey}&{device.ProductKey}",
        topic,
        action,
    });

    public Task<string> PublishAsync(TestDevice device, string topic, string payload, DateTimeOffset? at = null) =>
        AskAsync(global::Portal.PortalRoutes.HookEvent, Message(device, topic, payload, at));

    public static object Message(TestDevice device, string topic, object payload, DateTimeOffset? at = null) => new
    {
        publish_received_at = (at ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds(),
        @event = "message.publish",
        clientid = device.Connect().ClientId,
        username = $"{device.DeviceKey}&{device.ProductKey}",
        topic,
        payload,
        qos = 1,
    };

    public static string Post(string id = "1", double power = 12.5) => JsonSerializer.Serialize(new
    {
        id,
        version = "1.0",
        method = "thing.measurepoint.post",
        @params = new { measurepoints = new { power } },
    });

    public static string TopicOf(TestDevice device) => $"/sys/{device.ProductKey}/{device.DeviceKey}/thing/measurepoint/post";

    /// <returns>The result, as EMQX reads it.</returns>
    public async Task<string> AskAsync(string path, object body)
    {
        using var answer = await SendAsync(path, JsonContent.Create(body));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("result").GetString()!;
    }

    public Task<HttpResponseMessage> SendAsync(string path, HttpContent content) => _client.PostAsync(path, content, TestContext.Current.CancellationToken);

    /// <returns>The text, as RabbitMQ reads it.</returns>
    public async Task<string> AskRabbitAsync(string path, params (string Name, string Value)[] fields)
    {
        using var answer = await SendAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Portal.DisposeAsync();
    }

    private async Task<string> SecretOfAsync(Guid? grantId)
    {
        using var secret = PortalCommands.Value(await Portal.Get<RevealService>().DisplayAsync(_ada, grantId!.Value));
        return Encoding.ASCII.GetString(secret.Bytes.Span);
    }
}
