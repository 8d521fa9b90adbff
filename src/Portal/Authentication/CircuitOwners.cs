using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.SignalR;
using Portal.Core.Access;

namespace Portal.Authentication;

/// <summary>
/// Stands before the hub of the circuits. A circuit is reconnected and resumed only by the sign-in that started it; a
/// person has a bounded number of them; and the connection is cut soon after the sign-in ends.
/// </summary>
public sealed class CircuitOwners(SessionWatch watch, TimeProvider clock) : IHubFilter
{
    public const int MaxPerPerson = 10;

    /// <summary>How the message for one page too many begins; Portal.lib.module.js says it in the language of the page.</summary>
    public const string TooManyPages = "Too many pages";

    // Names of the framework's hub methods; CircuitOwnersTests fails when they change.
    internal const string Start = "StartCircuit";
    internal const string Connect = "ConnectCircuit";
    internal const string Resume = "ResumeCircuit";

    /// <summary>Time for the page to leave by itself.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    /// <summary>Longer than the framework keeps a disconnected or paused circuit.</summary>
    private static readonly TimeSpan s_retention = TimeSpan.FromHours(3);

    private readonly ConcurrentDictionary<string, Owned> _circuits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Connection> _connections = new(StringComparer.Ordinal);

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var actor = ActorOf(context.Context);
        if (actor == PortalClaims.Nobody)
        {
            context.Context.Abort();
            return;
        }

        var connection = context.Context;
        _connections[connection.ConnectionId] = new Connection(actor, watch.Watch(actor, () => _ = CutAsync(connection)));
        await next(context);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (_connections.TryRemove(context.Context.ConnectionId, out var connection))
        {
            connection.Watching.Dispose();
            if (connection.Circuit is { } circuit && _circuits.TryGetValue(circuit, out var owned))
            {
                owned.DisconnectedAt = clock.GetUtcNow();
            }
        }

        Forget();
        await next(context, exception);
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var actor = ActorOf(invocationContext.Context);
        switch (invocationContext.HubMethodName)
        {
            case Start when CountOf(actor) >= MaxPerPerson:
                await invocationContext.Hub.Clients.Caller.SendAsync("JS.Error", $"{TooManyPages}: {MaxPerPerson} are open already. Close one and reload.");
                return null;

            case Start:
                return Take(await next(invocationContext) as string, invocationContext.Context, actor);

            case Connect:
                return Owns(actor, invocationContext) && await next(invocationContext) is true && Take((string)invocationContext.HubMethodArguments[0]!, invocationContext.Context, actor) is not null;

            case Resume:
                return Owns(actor, invocationContext) ? Take(await next(invocationContext) as string, invocationContext.Context, actor) : null;

            default:
                return await next(invocationContext);
        }
    }

    private bool Owns(Actor actor, HubInvocationContext invocation) =>
        invocation.HubMethodArguments is [string secret, ..] && _circuits.TryGetValue(NameOf(secret), out var owned) && owned.Owner.IsSameSignIn(actor);

    private string? Take(string? secret, HubCallerContext context, Actor actor)
    {
        if (secret is not null && _connections.TryGetValue(context.ConnectionId, out var connection))
        {
            connection.Circuit = NameOf(secret);
            _circuits[connection.Circuit] = new Owned(actor);
        }

        return secret;
    }

    private int CountOf(Actor actor) => _connections.Values.Count(connection =>
        connection.Circuit is not null && connection.Actor.Issuer == actor.Issuer && connection.Actor.Subject == actor.Subject);

    private void Forget()
    {
        var before = clock.GetUtcNow() - s_retention;
        foreach (var (name, owned) in _circuits)
        {
            if (owned.DisconnectedAt < before)
            {
                _circuits.TryRemove(name, out _);
            }
        }
    }

    private async Task CutAsync(HubCallerContext connection)
    {
        await Task.Delay(s_grace, clock);
        connection.Abort();
    }

    private static Actor ActorOf(HubCallerContext context) => context.User?.ToActor() ?? PortalClaims.Nobody;

    /// <summary>Who knows a circuit's secret can take it over, so it is not kept.</summary>
    private static string NameOf(string secret) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private sealed class Owned(Actor owner)
    {
        public Actor Owner => owner;

        public DateTimeOffset? DisconnectedAt { get; set; }
    }

    private sealed class Connection(Actor actor, IDisposable watching)
    {
        public Actor Actor => actor;

        public IDisposable Watching => watching;

        public string? Circuit { get; set; }
    }
}
