using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Portal.Core.Sessions;
using Portal.Security;

namespace Portal.Authentication;

/// <summary>In and out. Signing out is a form post; a link or an image elsewhere cannot do it.</summary>
public static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PortalRoutes.SignIn, SignInAsync).AllowAnonymous();
        endpoints.MapPost(PortalRoutes.SignOut, SignOutAsync).AllowAnonymous().RequireAntiforgery();
        endpoints.MapBackChannelSignOut();
    }

    private static async Task SignInAsync(
        HttpContext context, ILogger<OidcOptions> logger,
        [FromQuery(Name = PortalRoutes.ReturnParameter)] string? returnUrl, [FromQuery] string? prompt)
    {
        var properties = new AuthenticationProperties { RedirectUri = PortalRoutes.Local(returnUrl) };
        if (prompt == PortalRoutes.SelectAccount)
        {
            properties.SetParameter("prompt", PortalRoutes.SelectAccount);
        }

        await AtProviderAsync(context, logger, PortalRoutes.SignInFailed, () => context.ChallengeAsync(PortalSchemes.Provider, properties));
    }

    private static async Task SignOutAsync(HttpContext context, ILogger<OidcOptions> logger, SessionService sessions)
    {
        if (context.User.ToActor() is { SessionId.Length: > 0 } actor)
        {
            await sessions.SignOutAsync(actor);
        }

        await context.SignOutAsync(PortalSchemes.Session);
        var properties = new AuthenticationProperties { RedirectUri = PortalRoutes.SignedOut };
        await AtProviderAsync(context, logger, PortalRoutes.SignedOut, () => context.SignOutAsync(PortalSchemes.Provider, properties));
    }

    /// <summary>A provider that is down or breaks its word is no fault of the portal and no reason for an error page.</summary>
    private static async Task AtProviderAsync(HttpContext context, ILogger logger, string otherwise, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (!context.Response.HasStarted
            && exception is OpenIdConnectProtocolException or HttpRequestException or InvalidOperationException or IOException or TaskCanceledException)
        {
            logger.LogError(exception, "The identity provider did not answer as it should");
            context.Response.Redirect(otherwise);
        }
    }
}
