using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Core.Sessions;

namespace Portal.Authentication;

/// <summary>A cookie counts only while its session row does.</summary>
public sealed class SessionCookieEvents(SessionService sessions) : CookieAuthenticationEvents
{
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var actor = context.Principal?.ToActor() ?? PortalClaims.Nobody;
        if (!await sessions.IsActiveAsync(actor.SessionId, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            return;
        }

        if (context.HttpContext.Connection.RemoteIpAddress is { } address && context.Principal!.Identity is ClaimsIdentity identity)
        {
            identity.AddClaim(new Claim(PortalClaims.Address, address.ToString()));
        }
    }

    /// <summary>Sends a person to sign in; a script or another program gets a plain 401.</summary>
    public override Task RedirectToLogin(Microsoft.AspNetCore.Authentication.RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) && AcceptsPage(request) && !request.Path.StartsWithSegments(PortalRoutes.Hub))
        {
            context.Response.Redirect(QueryHelpers.AddQueryString(
                PortalRoutes.SignIn, PortalRoutes.ReturnParameter, $"{request.Path}{request.QueryString}"));
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(Microsoft.AspNetCore.Authentication.RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool AcceptsPage(HttpRequest request) =>
        request.Headers.Accept.ToString() is var accept
        && (accept.Contains("text/html", StringComparison.OrdinalIgnoreCase) || (accept is "" or "*/*" && !request.Headers.ContainsKey("Sec-Fetch-Mode")));
}
