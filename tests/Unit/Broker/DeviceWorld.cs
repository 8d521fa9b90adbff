using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Broker;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.SampleFleet;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.Broker;

/// <summary>A device, or its former self, with the secret that it was given.</summary>
internal sealed record Hardware(string AssetId, string ProductKey, string DeviceKey, string Secret)
{
    public string Post => $"/sys/{ProductKey}/{DeviceKey}/thing/measurepoint/post";

    public string Sys(string path) => $"/sys/{ProductKey}/{DeviceKey}/{path}";

    public string Session(string path) => $"/ext/session/{ProductKey}/{DeviceKey}/{path}";
}

/// <summary>A listening portal with its broker, and a person who may do everything.</summary>
internal sealed class DeviceWorld : IAsyncDisposable
{
    private readonly CapturedLogs _logs;
    private int _last;

    private DeviceWorld(PortalServer portal, CapturedLogs logs, Actor ada) => (Portal, _logs, Ada) = (portal, logs, ada);

    public PortalServer Portal { get; }

    public Actor Ada { get; }

    public static string Organization => SampleOrganizations.Westerly.OrganizationId;

    public int Port => Portal.Get<BrokerState>().ClearTextPort!.Value;

    public int TlsPort => Portal.Get<BrokerState>().TlsPort!.Value;

    /// <summary>Lines that tell of something wrong; devices cannot cause one.</summary>
    public IEnumerable<string> Complaints => _logs.Lines
        .Where(line => line.Level >= LogLevel.Warning && !line.Category.Contains("DataProtection", StringComparison.Ordinal)).Select(line => $"{line.Category}: {line.Text}");

    public static Task<DeviceWorld> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    /// <param name="configure">Other or more services.</param>
    public static async Task<DeviceWorld> StartAsync(Action<IServiceCollection>? configure, params (string Key, string Value)[] settings)
    {
        var logs = new CapturedLogs();
        var portal = PortalServer.Start(
            services =>
            {
                logs.AddTo(services);
                configure?.Invoke(services);
            },
            [("Mqtt:Enabled", "true"), ("Mqtt:Port", "0"), ("Mqtt:TlsPort", "0"), ("Mqtt:ConnectsPerWindow", "1000000"), .. settings]);
        await portal.Get<BrokerState>().Listening.WaitAsync(TimeSpan.FromSeconds(30));
        var signedIn = await portal.Get<SessionService>().SignInAsync(new IdentifiedPerson(
            "https://provider.test", "ada", "Ada", [Role.Administrator.Name], [Organization, SampleOrganizations.Yuanshan.OrganizationId], null, "192.0.2.1"));
        return new DeviceWorld(portal, logs, PortalCommands.Value(signedIn));
    }

    /// <summary>A product, each time another.</summary>
    public async Task<string> AddProductAsync(ProductType type = ProductType.Device, string? organizationId = null)
    {
        var key = Next("product");
        PortalCommands.Value(await Portal.Get<ProductService>().CreateAsync(Ada, new CreateProductRequest(organizationId ?? Organization, key, "model", type, key)));
        return key;
    }

    /// <summary>A device that never connected, of a product of its own unless one is named.</summary>
    public async Task<Hardware> AddDeviceAsync(string? productKey = null, string? organizationId = null)
    {
        productKey ??= await AddProductAsync(organizationId: organizationId);
        var asset = Next("asset");
        var created = PortalCommands.Value(await Portal.Get<DeviceService>().CreateAsync(
            Ada, new CreateDeviceRequest(organizationId ?? Organization, productKey, asset, "+01:00", asset, Next("key"))));
        return new Hardware(asset, productKey, created.DeviceKey, await SecretOfAsync(created.RevealGrantId));
    }

    public async Task<Hardware> AddGatewayAsync() => await AddDeviceAsync(await AddProductAsync(ProductType.Gateway));

    /// <summary>Puts other hardware behind the asset.</summary>
    public async Task<Hardware> ReplaceAsync(Hardware old, bool allowsActivation = false, string? newKey = null)
    {
        var replaced = PortalCommands.Value(await Portal.Get<ReplacementService>().ReplaceAsync(Ada, new ReplaceDeviceRequest(
            AssetSelector.Asset(old.AssetId), newKey ?? Next("key"), SecretDelivery.Reveal, ReplacementReason.Broken, AllowsActivation: allowsActivation)));
        return old with { DeviceKey = replaced.DeviceKey, Secret = await SecretOfAsync(replaced.RevealGrantId) };
    }

    public async Task<Hardware> ReissueAsync(Hardware old)
    {
        var reissued = PortalCommands.Value(await Portal.Get<ReplacementService>().ReissueAsync(Ada, new ReissueSecretRequest(AssetSelector.Asset(old.AssetId), ReplacementReason.Other)));
        return old with { Secret = await SecretOfAsync(reissued.RevealGrantId) };
    }

    public async Task DisableAsync(Hardware device) => PortalCommands.Value(await Portal.Get<DeviceService>().DisableAsync(Ada, AssetSelector.Asset(device.AssetId)));

    public async Task DeleteAsync(Hardware device) => PortalCommands.Value(await Portal.Get<DeviceService>().DeleteAsync(Ada, AssetSelector.Asset(device.AssetId)));

    /// <summary>Lets devices of a product fetch their secret with the product's.</summary>
    /// <returns>The product's secret.</returns>
    public async Task<string> OpenActivationAsync(string productKey)
    {
        var products = Portal.Get<ProductSecretService>();
        PortalCommands.Value(await products.ConfigureAsync(Ada, new ConfigureProductRequest(Organization, productKey, AllowsSha1: false, AllowsActivation: true)));
        return await SecretOfAsync(PortalCommands.Value(await products.MakeAsync(Ada, Organization, productKey)).RevealGrantId);
    }

    /// <summary>A client that has signed in, or failed to.</summary>
    public async Task<DeviceClient> ConnectAsync(Hardware hardware, ConnectChoices? choices = null)
    {
        var client = new DeviceClient(hardware);
        await client.ConnectAsync(Port, choices ?? new ConnectChoices());
        return client;
    }

    /// <summary>A client that has signed in.</summary>
    public async Task<DeviceClient> SignInAsync(Hardware hardware, ConnectChoices? choices = null)
    {
        var client = await ConnectAsync(hardware, choices);
        Assert.Equal(0, client.ResultCode);
        return client;
    }

    public DeviceStatus StatusOf(Hardware device) => (DeviceStatus)Portal.Database.Scalar<long>($"SELECT status FROM devices WHERE asset_id='{device.AssetId}'");

    public bool IsConnected(Hardware device) =>
        Portal.Get<DeviceSessions>().Find(Portal.Database.Scalar<long>($"SELECT id FROM devices WHERE asset_id='{device.AssetId}'")) is not null;

    /// <summary>Also while a session that is over is being cleared away; a device that was deleted is not.</summary>
    public bool IsConnectedAtAll(Hardware device) =>
        Portal.Database.Scalar<long>($"SELECT count(*) FROM devices WHERE asset_id='{device.AssetId}'") > 0 && IsConnected(device);

    /// <summary>What is stored of an asset, in the order of its times.</summary>
    public IReadOnlyList<string> ValuesOf(Hardware device) => [.. Portal.Database.Rows(
        $"""
        SELECT s.point || '=' || iif(v.number IS NULL, v.text, format('%g', v.number)) AS value FROM measure_series s JOIN measure_values v ON v.series_id = s.id JOIN devices d ON d.id = s.device_id
        WHERE d.asset_id = '{device.AssetId}' ORDER BY v.at, s.id
        """).Select(row => row["value=".Length..])];

    /// <summary>Values of all assets, also of those that were deleted.</summary>
    public long CountValues() => Portal.Database.Scalar<long>("SELECT count(*) FROM measure_values");

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    public string Next(string word) => string.Create(CultureInfo.InvariantCulture, $"{word}-{Interlocked.Increment(ref _last)}");

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        _logs.Dispose();
    }

    private async Task<string> SecretOfAsync(Guid? grantId)
    {
        using var secret = PortalCommands.Value(await Portal.Get<RevealService>().DisplayAsync(Ada, grantId!.Value));
        return Encoding.ASCII.GetString(secret.Bytes.Span);
    }
}

/// <summary>One world for the tests of a class, which do not disturb each other: each has devices of its own.</summary>
public sealed class DeviceWorldFixture : IAsyncLifetime
{
    internal DeviceWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await DeviceWorld.StartAsync();

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
