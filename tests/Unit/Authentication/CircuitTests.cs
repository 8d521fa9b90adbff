using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Live;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.Authentication;

/// <summary>Whose circuit it is, and when it is nobody's any more.</summary>
public sealed class CircuitTests
{
    private static readonly Actor s_olga = new("https://provider.test", "olga", "Olga", "session-1", null);
    private static readonly Actor s_olgaAgain = s_olga with { SessionId = "session-2" };
    private static readonly Actor s_tom = new("https://provider.test", "tom", "Tom", "session-3", null);

    [Fact]
    [Trait("Requirement", "R-33")]
    public async Task Only_the_sign_in_that_started_a_circuit_reconnects_and_resumes_it()
    {
        await using var portal = await TestPortal.CreateAsync();
        using var watch = Watch(portal);
        var owners = new CircuitOwners(watch, portal.Clock);
        var first = await ConnectAsync(owners, s_olga);
        Assert.Equal("secret", await CallAsync(owners, first, nameof(CircuitHub.StartCircuit), "secret"));

        foreach (var other in new[] { s_tom, s_olgaAgain })
        {
            var connection = await ConnectAsync(owners, other);
            Assert.Equal(false, await CallAsync(owners, connection, nameof(CircuitHub.ConnectCircuit), "secret"));
            Assert.Null(await CallAsync(owners, connection, nameof(CircuitHub.ResumeCircuit), "secret"));
        }

        var again = await ConnectAsync(owners, s_olga);
        Assert.Equal(false, await CallAsync(owners, again, nameof(CircuitHub.ConnectCircuit), "guessed"));
        Assert.Equal(true, await CallAsync(owners, again, nameof(CircuitHub.ConnectCircuit), "secret"));
        Assert.Equal("secret", await CallAsync(owners, again, nameof(CircuitHub.ResumeCircuit), "secret"));
    }

    [Fact]
    [Trait("Requirement", "R-33")]
    public async Task A_circuit_takes_on_no_other_identity_and_handles_nothing_after_an_attempt()
    {
        await using var portal = await TestPortal.CreateAsync();
        using var watch = Watch(portal);
        using var identity = new CircuitIdentity(watch);
        identity.SetAuthenticationState(State(s_olga));
        Assert.Equal("olga", (await identity.GetAuthenticationStateAsync()).User.ToActor().Subject);
        identity.SetAuthenticationState(State(s_olga));
        Assert.False(identity.IsOver);

        identity.SetAuthenticationState(State(s_tom));

        Assert.Equal(PortalClaims.Nobody, (await identity.GetAuthenticationStateAsync()).User.ToActor());
        Assert.True(identity.IsOver);
        var handled = false;
        await new CircuitGate(identity).CreateInboundActivityHandler(_ =>
        {
            handled = true;
            return Task.CompletedTask;
        })(null!);
        Assert.False(handled);
    }

    [Fact]
    [Trait("Requirement", "R-33")]
    public async Task A_person_has_ten_circuits_and_another_person_their_own_ten()
    {
        await using var portal = await TestPortal.CreateAsync();
        using var watch = Watch(portal);
        var owners = new CircuitOwners(watch, portal.Clock);
        var open = new List<HubCallerContext>();
        for (var number = 0; number < CircuitOwners.MaxPerPerson; number++)
        {
            open.Add(await ConnectAsync(owners, number % 2 == 0 ? s_olga : s_olgaAgain));
            Assert.NotNull(await CallAsync(owners, open[^1], nameof(CircuitHub.StartCircuit), $"circuit-{number}"));
        }

        var told = new List<string>();
        Assert.Null(await CallAsync(owners, await ConnectAsync(owners, s_olga), nameof(CircuitHub.StartCircuit), "one too many", told));
        Assert.Contains("10 are open already", Assert.Single(told), StringComparison.Ordinal);
        Assert.NotNull(await CallAsync(owners, await ConnectAsync(owners, s_tom), nameof(CircuitHub.StartCircuit), "tom's"));

        await owners.OnDisconnectedAsync(new HubLifetimeContext(open[0], NullServices.Instance, new CircuitHub()), null, (_, _) => Task.CompletedTask);
        Assert.NotNull(await CallAsync(owners, await ConnectAsync(owners, s_olga), nameof(CircuitHub.StartCircuit), "in its place"));
    }

    [Fact]
    [Trait("Requirement", "R-31")]
    public async Task A_session_that_runs_out_or_ends_elsewhere_ends_its_circuit_within_a_minute()
    {
        await using var portal = await TestPortal.CreateAsync();
        using var watch = Watch(portal);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        var owners = new CircuitOwners(watch, portal.Clock);
        var (expiring, ended) = (await portal.SignInAsync(Role.Reader), await portal.SignInAsync("other", Role.Reader));
        using var identity = new CircuitIdentity(watch);
        identity.SetAuthenticationState(State(expiring));
        var connection = (Connection)await ConnectAsync(owners, ended);
        await AdvanceAsync(portal, () => false, TimeSpan.FromMinutes(1));
        Assert.False(identity.IsOver || connection.IsCut);

        // As another process of the portal would write it.
        portal.Database.Execute($"UPDATE sessions SET ended_at = 1 WHERE id = '{ended.SessionId}'; UPDATE sessions SET expires_at = 1 WHERE id = '{expiring.SessionId}'");
        await AdvanceAsync(portal, () => identity.IsOver && connection.IsCut, TimeSpan.FromMinutes(1));

        Assert.True(identity.IsOver, "the screen of an expired session goes on after a minute");
        Assert.True(connection.IsCut, "the connection of an ended session is open after a minute");
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets that much time pass, a second at a time so that what waits for it can run.</summary>
    private static async Task AdvanceAsync(TestPortal portal, Func<bool> until, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time && !until(); passed += TimeSpan.FromSeconds(1))
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void The_framework_still_calls_its_hub_methods_by_these_names()
    {
        var hub = typeof(CircuitOptions).Assembly.GetType("Microsoft.AspNetCore.Components.Server.ComponentHub", throwOnError: true)!;
        foreach (var name in new[] { CircuitOwners.Start, CircuitOwners.Connect, CircuitOwners.Resume })
        {
            Assert.NotNull(hub.GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance));
        }
    }

    [Fact]
    [Trait("Requirement", "R-31")]
    public async Task A_disabled_person_is_refused_at_once_and_their_circuit_ends()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.StartJobsAsync();
        using var watch = Watch(portal);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        var admin = await portal.SignInAsync(Role.Administrator);
        var person = (await portal.Get<SessionService>().SignInAsync(
            new IdentifiedPerson(TestPortal.Issuer, "victim", "Victim", [Role.Administrator.Name], [TestPortal.Organization], null, null))).Value!;
        using var identity = new CircuitIdentity(watch);
        identity.SetAuthenticationState(State(person));
        var ended = new TaskCompletionSource();
        identity.AuthenticationStateChanged += _ => ended.TrySetResult();
        var accounts = portal.Get<AccountService>();
        var victim = Assert.Single((await accounts.ListAsync(admin, TestContext.Current.CancellationToken)).Value!, account => account.Subject == "victim");

        Assert.True((await accounts.DisableAsync(admin, victim.Id)).IsSuccess);

        Assert.IsType<NotSignedIn>((await accounts.EnableAsync(person, victim.Id)).Error);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(identity.IsOver);
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    private static SessionWatch Watch(TestPortal portal) =>
        new(portal.Get<SessionService>(), portal.Get<LiveEvents>(), portal.Clock, NullLogger<SessionWatch>.Instance);

    private static Task<AuthenticationState> State(Actor actor) => Task.FromResult(new AuthenticationState(actor.ToPrincipal()));

    private static async Task<HubCallerContext> ConnectAsync(CircuitOwners owners, Actor actor)
    {
        var connection = new Connection(actor.ToPrincipal());
        await owners.OnConnectedAsync(new HubLifetimeContext(connection, NullServices.Instance, new CircuitHub()), _ => Task.CompletedTask);
        return connection;
    }

    private static async Task<object?> CallAsync(CircuitOwners owners, HubCallerContext connection, string method, string secret, List<string>? told = null)
    {
        var hub = new CircuitHub { Clients = new OtherEnd(told ?? []) };
        var info = typeof(CircuitHub).GetMethod(method)!;
        return await owners.InvokeMethodAsync(
            new HubInvocationContext(connection, NullServices.Instance, hub, info, [secret]),
            context => ValueTask.FromResult(info.Invoke(hub, [.. context.HubMethodArguments])));
    }

    /// <summary>Stands in for the framework's hub, which is internal: every circuit exists.</summary>
    private sealed class CircuitHub : Hub
    {
        public static string StartCircuit(string secret) => secret;

        public static bool ConnectCircuit(string secret) => secret.Length > 0;

        public static string ResumeCircuit(string secret) => secret;
    }

    private sealed class Connection(ClaimsPrincipal user) : HubCallerContext
    {
        public override string ConnectionId { get; } = Guid.NewGuid().ToString();

        public override string? UserIdentifier => null;

        public override ClaimsPrincipal? User => user;

        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override CancellationToken ConnectionAborted => CancellationToken.None;

        public bool IsCut { get; private set; }

        public override void Abort() => IsCut = true;
    }

    /// <summary>The other end of the connection: what it is told.</summary>
    private sealed class OtherEnd(List<string> told) : IHubCallerClients, ISingleClientProxy
    {
        public IClientProxy Caller => this;

        public IClientProxy Others => this;

        public IClientProxy All => this;

        public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => this;

        public IClientProxy Client(string connectionId) => this;

        public IClientProxy Clients(IReadOnlyList<string> connectionIds) => this;

        public IClientProxy Group(string groupName) => this;

        public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => this;

        public IClientProxy Groups(IReadOnlyList<string> groupNames) => this;

        public IClientProxy OthersInGroup(string groupName) => this;

        public IClientProxy User(string userId) => this;

        public IClientProxy Users(IReadOnlyList<string> userIds) => this;

        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
        {
            told.Add(string.Join(' ', args));
            return Task.CompletedTask;
        }

        public Task<T> InvokeCoreAsync<T>(string method, object?[] args, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class NullServices : IServiceProvider
    {
        public static NullServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
