using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Data.Sqlite;
using Portal;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.SampleFleet;
using Unit.Support;

namespace Unit.Access;

/// <summary>Every endpoint of the running portal, by everyone who may ask: what the table says is what HTTP answers.</summary>
public sealed partial class EndpointMatrixTests
{
    private const string OtherSite = "https://evil.example";
    private const string TokenField = "__RequestVerificationToken";

    /// <summary>Of ASP.NET Core, not of the portal; the hub has tests of its own (OriginTests).</summary>
    private static readonly string[] s_framework =
    [
        "{**path:file}", "/_framework/opaque-redirect", "/_blazor", "/_blazor/negotiate", "/_blazor/disconnect/", "/_blazor/initializers/",
    ];

    private static readonly string[] s_otherMethods = ["PUT", "PATCH", "DELETE"];

    /// <summary>By path; <c>{asset}</c>, <c>{grant}</c> and <c>{organization}</c> in an address or a field are Westerly's. Signing out comes last.</summary>
    private static readonly Dictionary<string, Row> s_rows = new()
    {
        [PortalRoutes.Home] = Page(Right.Read) with { Address = "/?org={organization}" },
        [PortalRoutes.Devices] = Page(Right.Read) with { Address = "/devices?org={organization}" },
        [PortalRoutes.AssetTemplate] = Page(Right.Read) with { Address = "/assets/{asset}", Elsewhere = 404 },
        [PortalRoutes.AssetDataTemplate] = new("GET", Right.Read, Address: "/assets/{asset}/data.csv?point=power&range=24h", Elsewhere: 404),
        [PortalRoutes.Products] = Page(Right.Read) with { Address = "/products?org={organization}" },
        [PortalRoutes.Audit] = Page(Right.ReadAudit) with { Address = "/audit?org={organization}" },
        [PortalRoutes.Import] = Page(Right.ManageDevices) with { Address = "/import?org={organization}" },
        [PortalRoutes.People] = Page(Right.ManagePeople),
        [PortalRoutes.Applications] = Page(Right.ManageApplications) with { Address = "/applications?org={organization}" },
        [PortalRoutes.ApplicationTemplate] = Page(Right.ManageApplications) with { Address = "/applications/{application}?org={organization}" },
        [PortalRoutes.Forbidden] = Page(null),
        [PortalRoutes.NotFound] = Page(null),
        [PortalRoutes.Error] = Page(null),
        [PortalRoutes.StatusTemplate] = Page(null) with { Address = "/status/404" },
        [PortalRoutes.SignInFailed] = Page(null),
        [PortalRoutes.AccountDisabled] = Page(null),
        [PortalRoutes.SignedOut] = Page(null),
        [PortalRoutes.Development] = Page(Right.Read) with { IsDevelopment = true },
        [PortalRoutes.DevelopmentSignIn] = Page(null) with { IsDevelopment = true },

        [PortalRoutes.SignIn] = new("GET", null, Allowed: 302),
        [PortalRoutes.ImportTemplate] = new("GET", Right.ManageDevices),
        [PortalRoutes.DevelopmentSample] = new("GET", null, IsDevelopment: true),
        [PortalRoutes.DevelopmentSamples + "/{fileName}"] = new("GET", null, IsDevelopment: true, Address: PortalRoutes.DevelopmentSamples + "/replace.sh"),
        // Collects garbage and answers with numbers: nothing to protect, from this machine only.
        [PortalRoutes.DevelopmentCollect] = new("GET POST", null, IsDevelopment: true, NeedsToken: false),
        // Without what the protocol asks for they are refused; with it, see EmbeddedSignInTests.
        [PortalRoutes.Provider + "/authorize"] = new("GET", null, Allowed: 400, IsDevelopment: true),
        [PortalRoutes.Provider + "/sign-out"] = new("GET", null, Allowed: 400, IsDevelopment: true),

        // No cookie counts there, so nobody in a browser is anybody: who may do what is told by ConnectApi's own tests.
        [PortalRoutes.ConnectDevicesV21] = Api("GET POST", 401),
        [PortalRoutes.ConnectDevicesV24] = Api("GET POST", 401),
        [PortalRoutes.ConnectProductsV21] = Api("GET POST", 401),
        [PortalRoutes.ConnectProductsV24] = Api("GET POST", 401),
        [PortalRoutes.TokenGet] = Api("POST", 415),
        [PortalRoutes.TokenRefresh] = Api("POST", 415),
        // The contract, which holds nothing of anybody.
        [PortalRoutes.OpenApiDocument] = new("GET", null),
        [PortalRoutes.ApiReference + "/{documentName?}"] = new("GET", null, Address: PortalRoutes.ApiReference + "/"),
        [PortalRoutes.ApiReference + "/scalar.js"] = new("GET", null),
        [PortalRoutes.ApiReference + "/scalar.aspnetcore.js"] = new("GET", null),
        [PortalRoutes.ApiReference + "/favicon.svg"] = new("GET", null),

        [PortalRoutes.Preferences] = new("POST", null, Allowed: 302, Fields: "theme=dark"),
        [PortalRoutes.DevicesExport] = new("POST", Right.Read, Fields: "organization={organization}", Elsewhere: 400),
        [PortalRoutes.AuditExport] = new("POST", Right.ReadAudit),
        [PortalRoutes.RevealTemplate] = Reveal(200, ""),
        [PortalRoutes.RevealQrTemplate] = Reveal(200, "/qr"),
        [PortalRoutes.RevealCopiedTemplate] = Reveal(204, "/copied"),
        [PortalRoutes.RevealAcknowledgeTemplate] = Reveal(204, "/ack"),
        // From the provider's server; what it asks for counts if it is signed by it (ProviderTests).
        [PortalRoutes.BackChannelSignOut] = new("POST", null, Allowed: 400, Fields: "logout_token=forged", NeedsToken: false),
        [PortalRoutes.SignOut] = new("POST", null, Allowed: 302),
    };

    private enum Caller
    {
        Anonymous,
        Reader,
        Technician,
        FullAccess,
        Auditor,
        Administrator,
        WithoutRole,
        OfAnotherOrganization,
        Disabled,
        SessionEnded,
    }

    /// <summary>Whoever has nothing, everything, everything elsewhere, or a secret to lose: they stand for all when a request is not as our pages send it.</summary>
    private static readonly Caller[] s_intruders = [Caller.Anonymous, Caller.FullAccess, Caller.Administrator, Caller.OfAnotherOrganization];

    /// <summary>Nothing of Westerly is for them.</summary>
    private static readonly Caller[] s_strangers = [Caller.Anonymous, Caller.WithoutRole, Caller.OfAnotherOrganization, Caller.Disabled, Caller.SessionEnded];

    [Fact]
    [Trait("Requirement", "R-28")]
    public async Task Matrix_EveryEndpointAndEveryPage_HasARow()
    {
        await using var portal = PortalServer.Start();
        var endpoints = portal.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Select(endpoint => (Path: endpoint.RoutePattern.RawText!, Methods: string.Join(' ', (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Order())))
            .Where(endpoint => !s_framework.Contains(endpoint.Path)).ToList();
        var pages = typeof(PortalRoutes).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()
            .Select(route => (Path: route.Template, type.Name)));

        string[] faults =
        [
            .. endpoints.Where(endpoint => !s_rows.ContainsKey(endpoint.Path))
                .Select(endpoint => $"{endpoint.Methods} {endpoint.Path} has no row: add one to {nameof(s_rows)} that says who may call it and what it answers."),
            .. endpoints.Where(endpoint => s_rows.TryGetValue(endpoint.Path, out var row) && row.Methods != endpoint.Methods)
                .Select(endpoint => $"{endpoint.Path} takes {endpoint.Methods}, its row says {s_rows[endpoint.Path].Methods}: correct the one that is wrong."),
            .. s_rows.Keys.Except(endpoints.Select(endpoint => endpoint.Path))
                .Select(path => $"{path} has a row and no endpoint: map it, or remove the row."),
            .. pages.Where(page => !s_rows.TryGetValue(page.Path, out var row) || !row.IsPage)
                .Select(page => $"{page.Name} ({page.Path}) has no row: add [\"{page.Path}\"] = Page(the right it takes) to {nameof(s_rows)}."),
            .. s_rows.Where(pair => pair.Value.IsDevelopment != pair.Key.StartsWith(PortalRoutes.Development, StringComparison.Ordinal))
                .Select(pair => $"{pair.Key}: what is for Development only is below {PortalRoutes.Development}, which is closed elsewhere, and nothing else is."),
            .. endpoints.GroupBy(endpoint => endpoint.Path).Where(same => same.Count() > 1)
                .Select(same => $"{same.Key} is mapped {same.Count()} times: one path, one endpoint."),
        ];
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Fact]
    [Trait("Requirement", "R-28")]
    public async Task Endpoint_ByCaller_AnswersAsTheMatrixSays()
    {
        await using var world = await World.CreateAsync();
        var faults = new List<string>();
        foreach (var caller in Enum.GetValues<Caller>())
        {
            var browser = world.Become(caller);
            var token = await browser.AntiforgeryTokenAsync();
            foreach (var (path, row) in s_intruders.Contains(caller) ? s_rows : [])
            {
                await CheckRefusalsAsync(world, caller, browser, token, path, row, faults);
            }

            foreach (var (path, row) in s_rows)
            {
                foreach (var method in row.Methods.Split(' ').Where(method => !row.IsPage || method == "GET"))
                {
                    var expected = row.Expected(caller, method);
                    await CheckAsync(world, expected, expected >= 400, $"{method} {path} as {caller}", () => world.SendAsync(browser, method, row, token, world.Own), faults);
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    [Trait("Requirement", "R-28")]
    public async Task Page_OfSomethingForeign_AnswersAsForSomethingUnknown()
    {
        await using var portal = PortalServer.Start(("Fleet:SampleDevices", "20"));
        var foreignAsset = portal.Database.Scalar<string>("SELECT asset_id FROM devices WHERE id >> 40 = 2 LIMIT 1");
        var foreign = SampleOrganizations.Yuanshan.OrganizationId;
        foreach (var userName in new[] { "rita", "olga", "ada" })
        {
            using var browser = await portal.SignInAsync(userName);
            var asset = await ReadAsync(browser, "/assets/{0}", foreignAsset);
            Assert.StartsWith(nameof(HttpStatusCode.NotFound), asset, StringComparison.Ordinal);
            Assert.Equal(await ReadAsync(browser, "/assets/{0}", foreignAsset[..^1] + "~"), asset);
            foreach (var address in new[] { "/?org={0}", "/devices?org={0}", "/import?org={0}", "/audit?org={0}", "/applications?org={0}" })
            {
                Assert.Equal(await ReadAsync(browser, address, "o15724301689999"), await ReadAsync(browser, address, foreign));
            }
        }
    }

    private static async Task<string> ReadAsync(TestBrowser browser, string address, string id)
    {
        var answer = await browser.SendAsync(HttpMethod.Get, string.Format(null, address, id));
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not "Date" and not "Set-Cookie")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        var text = $"{answer.StatusCode}\n{string.Join('\n', headers)}\n{await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
        return Varying().Replace(text.Replace(Uri.EscapeDataString(id), "ID", StringComparison.Ordinal).Replace(id, "ID", StringComparison.Ordinal), "*");
    }

    /// <summary>Without a token, from another site or by another method nobody gets anything done, whoever they are.</summary>
    private static async Task CheckRefusalsAsync(World world, Caller caller, TestBrowser browser, string token, string path, Row row, List<string> faults)
    {
        // No endpoint takes them, so the one who may most stands for all.
        foreach (var method in caller == Caller.Administrator ? s_otherMethods : [])
        {
            await CheckAsync(world, null, true, $"{method} {path} as {caller}", () => world.SendAsync(browser, method, row, token, world.Own), faults);
        }

        if (row.Methods == "GET")
        {
            await CheckAsync(world, null, true, $"POST {path} as {caller}", () => world.SendAsync(browser, "POST", row, token, world.Own), faults);
            return;
        }

        if (row.Methods == "POST")
        {
            await CheckAsync(world, null, true, $"GET {path} as {caller}", () => world.SendAsync(browser, "GET", row, null, world.Own), faults);
        }

        await CheckAsync(world, row.IsApi ? row.Allowed : 403, true, $"POST {path} from another site as {caller}", () => world.SendAsync(browser, "POST", row, token, OtherSite), faults);
        if (row.NeedsToken)
        {
            var gate = row.Gate(caller, "POST");
            await CheckAsync(world, gate ?? 400, true, $"POST {path} without a token as {caller}", () => world.SendAsync(browser, "POST", row, null, world.Own), faults);
            if (gate is null)
            {
                await CheckAsync(world, 400, true, $"POST {path} with a made-up token as {caller}", () => world.SendAsync(browser, "POST", row, "made-up", world.Own), faults);
            }
        }
    }

    /// <param name="expected">The status, or nothing for any that refuses or asks to sign in.</param>
    private static async Task CheckAsync(World world, int? expected, bool isRefused, string what, Func<Task<HttpResponseMessage>> send, List<string> faults)
    {
        using var answer = await send();
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var asksToSignIn = status == 302 && answer.Headers.Location!.OriginalString.StartsWith("/sign-in?returnUrl=", StringComparison.Ordinal);
        if (expected is { } wanted ? (wanted == World.ToSignIn ? !asksToSignIn : status != wanted || asksToSignIn) : status is < 400 or >= 500 && !asksToSignIn)
        {
            var words = expected is null ? "a refusal" : expected == World.ToSignIn ? "a redirect to sign-in" : $"{expected}";
            faults.Add($"{what}: expected {words}, was {status} {answer.Headers.Location}");
        }

        if (world.HasChanged() && isRefused)
        {
            faults.Add($"{what}: was refused and changed something");
        }

        if (s_strangers.Any(caller => what.EndsWith($" as {caller}", StringComparison.Ordinal)) && !what.Contains(PortalRoutes.DevelopmentSample, StringComparison.Ordinal)
            && body.Contains(world.DeviceKey, StringComparison.Ordinal))
        {
            faults.Add($"{what}: shows a device of Westerly");
        }
    }

    private static Row Api(string methods, int allowed) => new(methods, null, allowed, NeedsToken: false, IsApi: true);

    private static Row Page(Right? right) => new("GET POST", right, IsPage: true);

    private static Row Reveal(int allowed, string action) =>
        new("POST", Right.None, allowed, $"/ui/reveal/{{grant}}{action}", IsReveal: true);

    [GeneratedRegex("nonce-[^']+|nonce=\"[^\"]+\"|antiforgery-token\" content=\"[^\"]+\"|__RequestVerificationToken\" value=\"[^\"]+\"|<!--Blazor[^>]*-->|\"prerenderId\":\"[^\"]+\"")]
    private static partial Regex Varying();

    /// <param name="Methods">In alphabetical order. A page takes POST as well, for forms of its own; with a token, else refused.</param>
    /// <param name="Right">Null: anonymous callers too. None: whoever is signed in.</param>
    /// <param name="Allowed">What one gets who may.</param>
    /// <param name="Address">If it is not the path.</param>
    /// <param name="Fields">Of the form, when posted.</param>
    /// <param name="Elsewhere">What one with the right gets who does not belong to the organization.</param>
    /// <param name="IsApi">For programs: where a request comes from is all the same, since no cookie counts.</param>
    /// <param name="IsReveal">Takes <see cref="Right.Replace"/> in the core, and the grant is of the one with full access.</param>
    private sealed record Row(
        string Methods, Right? Right, int Allowed = 200, string? Address = null, string Fields = "", int? Elsewhere = null,
        bool NeedsToken = true, bool IsDevelopment = false, bool IsPage = false, bool IsReveal = false, bool IsApi = false)
    {
        public int Expected(Caller caller, string method) => Gate(caller, method) ?? caller switch
        {
            Caller.FullAccess => Allowed,
            _ when !IsReveal => caller == Caller.OfAnotherOrganization ? Elsewhere ?? Allowed : Allowed,
            _ => RightsOf(caller).HasFlag(Portal.Core.Access.Right.Replace) ? 404 : 403,
        };

        /// <summary>The status with which the door is shut, or nothing if it is open.</summary>
        public int? Gate(Caller caller, string method) =>
            Right is not { } right ? null
            : caller is Caller.Anonymous or Caller.Disabled or Caller.SessionEnded ? (method == "GET" ? World.ToSignIn : 401)
            : RightsOf(caller).HasFlag(right) ? null
            : 403;

        private static Right RightsOf(Caller caller) => caller switch
        {
            Caller.WithoutRole => Portal.Core.Access.Right.None,
            Caller.OfAnotherOrganization => Role.Administrator.Rights,
            _ => Role.Find(caller.ToString())!.Rights,
        };
    }

    /// <summary>Westerly's device with an open reveal grant of the one with full access, and a browser of each caller.</summary>
    private sealed class World : IAsyncDisposable
    {
        public const int ToSignIn = -1;

        private readonly PortalServer _portal = PortalServer.Start(("Fleet:SampleDevices", "20"));
        private readonly Dictionary<Caller, TestBrowser> _browsers = [];
        private string _asset = "";
        private Guid _grant;
        private SqliteConnection? _watch;
        private long _version;
        private string _snapshot = "";

        public string DeviceKey { get; private set; } = "";

        public string Own => _portal.Address.GetLeftPart(UriPartial.Authority);

        public static async Task<World> CreateAsync()
        {
            var world = new World();
            var portal = world._portal;
            foreach (var (caller, userName) in new[]
            {
                (Caller.Reader, "rita"), (Caller.Technician, "tom"), (Caller.FullAccess, "olga"), (Caller.Auditor, "anton"), (Caller.Administrator, "ada"),
                (Caller.WithoutRole, "maria"), (Caller.OfAnotherOrganization, "lina"), (Caller.Disabled, "maria"),
            })
            {
                world._browsers[caller] = await portal.SignInAsync(userName);
            }

            var row = portal.Database.Rows("SELECT a.issuer, a.subject, a.name, s.id FROM sessions s JOIN accounts a ON a.id=s.account_id WHERE a.subject='olga'")
                .Single().Split('|').Select(cell => cell[(cell.IndexOf('=', StringComparison.Ordinal) + 1)..]).ToArray();
            world._browsers[Caller.Anonymous] = portal.NewBrowser();
            world._browsers[Caller.SessionEnded] = await portal.SignInAsync("olga");
            portal.Database.Execute(
                $"""
                UPDATE accounts SET role_values='[]' WHERE subject='maria';
                UPDATE accounts SET role_values='["Administrator"]' WHERE subject='lina';
                UPDATE sessions SET ended_at=1 WHERE id<>'{row[3]}' AND account_id=(SELECT id FROM accounts WHERE subject='olga');
                """);

            var device = (await portal.Get<SampleDevices>().ListAsync(SampleOrganizations.Westerly, 1))[0];
            (world._asset, world.DeviceKey) = (device.AssetId, "key-of-the-matrix");
            var replaced = await portal.Get<ReplacementService>().ReplaceAsync(new Actor(row[0], row[1], row[2], row[3], null), new ReplaceDeviceRequest(
                AssetSelector.Asset(device.AssetId), world.DeviceKey, SecretDelivery.Reveal, ReplacementReason.Broken));
            world._grant = PortalCommands.Value(replaced).RevealGrantId!.Value;
            world._watch = portal.Database.Open();
            world.HasChanged();
            return world;
        }

        /// <summary>Callers come one after the other: the account without a role is the one disabled in the end.</summary>
        public TestBrowser Become(Caller caller)
        {
            if (caller == Caller.Disabled)
            {
                _portal.Database.Execute("UPDATE accounts SET role_values='[\"Administrator\"]', disabled_at=1 WHERE subject='maria'");
            }

            HasChanged();
            return _browsers[caller];
        }

        public async Task<HttpResponseMessage> SendAsync(TestBrowser browser, string method, Row row, string? token, string origin)
        {
            var address = s_rows.First(pair => ReferenceEquals(pair.Value, row)).Key;
            HttpContent? content = null;
            if (method != "GET")
            {
                var fields = Fill(row.Fields).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('='))
                    .Select(field => KeyValuePair.Create(field[0], field[1]));
                content = new FormUrlEncodedContent(token is null ? fields : fields.Append(KeyValuePair.Create(TokenField, token)));
            }

            (string, string)[] headers = method == "GET" ? [] : [("Origin", origin)];
            return await browser.SendAsync(new HttpMethod(method), Fill(row.Address ?? address), content, headers);
        }

        /// <summary>Whether anything is not as it was when last asked; but the audit trail, in which refusals are told, and events on their way.</summary>
        public bool HasChanged()
        {
            using var command = _watch!.CreateCommand();
            command.CommandText = "PRAGMA data_version";
            var version = (long)command.ExecuteScalar()!;
            if (version == _version)
            {
                return false;
            }

            _version = version;
            var before = _snapshot;
            _snapshot = _portal.Database.Snapshot("audit_entries", "outbox");
            return _snapshot != before;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var browser in _browsers.Values)
            {
                browser.Dispose();
            }

            _watch?.Dispose();
            await _portal.DisposeAsync();
        }

        private string Fill(string text) => text
            .Replace("{asset}", Uri.EscapeDataString(_asset), StringComparison.Ordinal).Replace("{grant}", _grant.ToString(), StringComparison.Ordinal)
            .Replace("{application}", _portal.Database.Scalar<string>("SELECT access_key FROM applications LIMIT 1"), StringComparison.Ordinal)
            .Replace("{organization}", SampleOrganizations.Westerly.OrganizationId, StringComparison.Ordinal);
    }
}
