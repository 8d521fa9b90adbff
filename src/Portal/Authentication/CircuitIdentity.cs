using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Portal.Core.Access;

namespace Portal.Authentication;

/// <summary>
/// Who a page or circuit belongs to: whoever it began with, until that sign-in ends, and nobody after that. The
/// framework would let a reconnecting circuit take on whatever cookie the browser has by then.
/// </summary>
public sealed class CircuitIdentity(SessionWatch watch) : AuthenticationStateProvider, IHostEnvironmentAuthenticationStateProvider, IDisposable
{
    private static readonly Task<AuthenticationState> s_nobody = Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity())));

    private Task<AuthenticationState> _state = s_nobody;
    private Actor? _owner;
    private IDisposable? _watching;

    /// <summary>Whether the sign-in it began with is over: nothing that the browser still sends is handled.</summary>
    public bool IsOver { get; private set; }

    public override Task<AuthenticationState> GetAuthenticationStateAsync() => _state;

    public void SetAuthenticationState(Task<AuthenticationState> authenticationStateTask) => _ = SetAsync(authenticationStateTask);

    public void Dispose() => _watching?.Dispose();

    private async Task SetAsync(Task<AuthenticationState> state)
    {
        var actor = (await state).User.ToActor();
        if (_owner is null)
        {
            _owner = actor;
            _state = state;
            if (actor != PortalClaims.Nobody)
            {
                _watching = watch.Watch(actor, End);
            }

            NotifyAuthenticationStateChanged(_state);
        }
        else if (!actor.IsSameSignIn(_owner))
        {
            End();
        }
    }

    private void End()
    {
        IsOver = true;
        _state = s_nobody;
        _watching?.Dispose();
        NotifyAuthenticationStateChanged(_state);
    }
}

/// <summary>Handles no click and no call of a circuit whose sign-in is over.</summary>
public sealed class CircuitGate(CircuitIdentity identity) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context => identity.IsOver ? Task.CompletedTask : next(context);
}
