using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Reveals;
using Portal.Core.SampleFleet;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.ConnectApi;

/// <summary>A listening portal with a sample fleet, and applications whose keys a test knows.</summary>
internal sealed class ConnectWorld : IAsyncDisposable
{
    public const string V24 = "/connect-service/v2.4/devices";
    public const string V21 = "/connect-service/v2.1/devices";
    public const string ProductsV24 = "/connect-service/v2.4/products";
    public const string ProductsV21 = "/connect-service/v2.1/products";
    public const Right AllRights = Right.Read | Right.Replace | Right.ManageDevices | Right.ReadSecrets;

    private const int SampleDevices = 30;
    private static readonly Lazy<RSA> s_key = new(() => RSA.Create(3072));
    private readonly List<EnosClient> _clients = [];
    private readonly Actor _administrator;

    private ConnectWorld(PortalServer portal, Actor administrator) => (Portal, _administrator) = (portal, administrator);

    public PortalServer Portal { get; }

    public static string Organization => SampleOrganizations.Westerly.OrganizationId;

    public static string OtherOrganization => SampleOrganizations.Yuanshan.OrganizationId;

    /// <summary>The private half of the applications' keys; nobody changes it.</summary>
    public static RSA Key => s_key.Value;

    public static Task<ConnectWorld> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    /// <param name="configure">Other or more services.</param>
    public static async Task<ConnectWorld> StartAsync(Action<IServiceCollection>? configure, params (string Key, string Value)[] settings)
    {
        var portal = PortalServer.Start(configure, [("Fleet:SampleDevices", $"{SampleDevices}"), ("ConnectApi:RequestsPerSecond", "100000"), ("ConnectApi:Burst", "100000"), ("ConnectApi:AnonymousRequestsPerSecond", "100000"), .. settings]);
        var signedIn = await portal.Get<SessionService>().SignInAsync(new IdentifiedPerson(
            "https://provider.test", "ada", "Ada", [Role.Administrator.Name], [Organization, OtherOrganization], null, "192.0.2.1"));
        return new ConnectWorld(portal, PortalCommands.Value(signedIn));
    }

    /// <summary>An application and a client that has its keys.</summary>
    public async Task<EnosClient> NewClientAsync(
        Right rights = AllRights, bool allowsClearText = false, bool hasKey = true, string? organizationId = null, string? bearerClientId = null)
    {
        var organization = organizationId ?? Organization;
        var created = PortalCommands.Value(await Portal.Get<ApplicationService>().CreateAsync(
            _administrator, new CreateApplicationRequest(organization, "Fleet sync", rights, allowsClearText, bearerClientId)));
        if (hasKey)
        {
            PortalCommands.Value(await Portal.Get<ApplicationKeyService>().RegisterKeyAsync(
                _administrator, new RegisterKeyRequest(created.AccessKey, Key.ExportSubjectPublicKeyInfoPem(), CutsAtOnce: false)));
        }

        using var secret = PortalCommands.Value(await Portal.Get<RevealService>().DisplayAsync(_administrator, created.RevealGrantId));
        var client = new EnosClient(Portal.Address, created.AccessKey, Encoding.ASCII.GetString(secret.Bytes.Span), organization);
        _clients.Add(client);
        return client;
    }

    /// <summary>A key that waits to be used.</summary>
    /// <returns>Its fingerprint.</returns>
    public async Task<string> RegisterAsync(EnosClient client, RSA key) => PortalCommands.Value(await Portal.Get<ApplicationKeyService>().RegisterKeyAsync(
        _administrator, new RegisterKeyRequest(client.AccessKey, key.ExportSubjectPublicKeyInfoPem(), CutsAtOnce: false))).Fingerprint;

    /// <summary>Gives the application these rights and no others.</summary>
    public async Task GrantAsync(EnosClient client, Right rights) => PortalCommands.Value(await Portal.Get<ApplicationService>().EditAsync(
        _administrator, new EditApplicationRequest(client.AccessKey, null, "Fleet sync", rights, AllowsClearText: false, null)));

    public Task DisableAsync(EnosClient client) => Portal.Get<ApplicationService>().DisableAsync(_administrator, client.AccessKey);

    /// <summary>A device of the organization, each time another.</summary>
    public async Task<SampleDevice> NextDeviceAsync(SampleOrganization? organization = null)
    {
        var devices = await Portal.Get<SampleDevices>().ListAsync(organization ?? SampleOrganizations.Westerly, SampleDevices);
        return devices[_next++ % devices.Count];
    }

    private int _next;

    /// <summary>Everything but what tells of refusals and of calls.</summary>
    public string Snapshot() => Portal.Database.Snapshot("audit_entries", "outbox", "operations", "applications", "audit_heads");

    public static void Refused(JsonElement answer, int code, string? message = null)
    {
        Assert.Equal(code, answer.GetProperty("code").GetInt32());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("data").ValueKind);
        Assert.Equal(["code", "msg", "requestId", "data"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", answer.GetProperty("requestId").GetString());
        if (message is not null)
        {
            Assert.Contains(message, answer.GetProperty("msg").GetString(), StringComparison.Ordinal);
        }
    }

    public static JsonElement Ok(JsonElement answer)
    {
        Assert.True(answer.GetProperty("code").GetInt32() == 0, answer.ToString());
        Assert.Equal("OK", answer.GetProperty("msg").GetString());
        return answer.GetProperty("data");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await Portal.DisposeAsync();
    }
}
