using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Portal.Core.Sessions;
using Portal.Security;

namespace Portal.Authentication;

/// <summary>In and out. Signing out is a form post; a link or an image elsewhere cannot do it.</summary>
public static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PortalRoutes.SignIn, (
            [FromQuery(Name = PortalRoutes.ReturnParameter)] string? returnUrl, [FromQuery] string? prompt) =>
        {
            var properties = new AuthenticationProperties { RedirectUri = PortalRoutes.Local(returnUrl) };
            if (prompt == PortalRoutes.SelectAccount)
            {
                properties.SetParameter("prompt", PortalRoutes.SelectAccount);
            }

            return Results.Challenge(properties, [PortalSchemes.Provider]);
        }).AllowAnonymous();

        endpoints.MapPost(PortalRoutes.SignOut, async (HttpContext context, SessionService sessions) =>
        {
            if (context.User.ToActor() is { SessionId.Length: > 0 } actor)
            {
                await sessions.SignOutAsync(actor);
            }

            return Results.SignOut(
                new AuthenticationProperties { RedirectUri = PortalRoutes.SignedOut }, [PortalSchemes.Session, PortalSchemes.Provider]);
        }).AllowAnonymous().RequireAntiforgery();

        endpoints.MapBackChannelSignOut();
    }
}
