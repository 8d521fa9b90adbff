using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace Portal.Authentication;

/// <summary>Part of every interactive page: leaves for a neutral page, by a full load (<c>js/portal.js</c>), when the sign-in ends.</summary>
public sealed partial class SessionGuard : IDisposable
{
    [Inject]
    public required CircuitIdentity Identity { get; init; }

    [Inject]
    public required IJSRuntime Scripts { get; init; }

    public void Dispose() => Identity.AuthenticationStateChanged -= LeaveIfOver;

    protected override void OnInitialized()
    {
        Identity.AuthenticationStateChanged += LeaveIfOver;
        LeaveIfOver(Identity.GetAuthenticationStateAsync());
    }

    private void LeaveIfOver(Task<AuthenticationState> state)
    {
        if (Identity.IsOver && RendererInfo.IsInteractive)
        {
            _ = InvokeAsync(async () => await Scripts.InvokeVoidAsync("leaveEndedSession", PortalRoutes.SessionEnded));
        }
    }
}
