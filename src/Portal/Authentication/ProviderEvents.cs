using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Sessions;
using Portal.Development;

namespace Portal.Authentication;

/// <summary>Turns what the provider says into a session of the portal.</summary>
public sealed class ProviderEvents(
    SessionService sessions, IOptions<OidcOptions> options, ProviderOrigins origins, ILogger<ProviderEvents> logger) : OpenIdConnectEvents
{
    /// <summary>Longest name that is kept of what a provider sends.</summary>
    private const int MaxNameLength = 200;

    public override async Task RedirectToIdentityProvider(RedirectContext context)
    {
        await origins.LearnAsync(context.Options);
        if (context.Properties.GetParameter<string>("prompt") is { } prompt)
        {
            context.ProtocolMessage.Prompt = prompt;
        }

        EmbeddedProvider.StayOnHost(context);
    }

    public override Task RedirectToIdentityProviderForSignOut(RedirectContext context)
    {
        context.ProtocolMessage.ClientId = context.Options.ClientId;
        EmbeddedProvider.StayOnHost(context);
        return Task.CompletedTask;
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        // The handler lets an unsigned token pass that came from the token endpoint, as the standard allows.
        if (!AuthenticationServices.SignatureAlgorithms.Contains(context.SecurityToken.SignatureAlgorithm))
        {
            context.Fail("The ID token is not signed in a way that the portal accepts.");
            return Task.CompletedTask;
        }

        // The only token that is kept, inside the sealed ticket on the server: most providers ask for it at sign-out.
        if (context.TokenEndpointResponse?.IdToken is { } idToken && !EmbeddedProvider.Is(context.Options))
        {
            context.Properties!.StoreTokens([new AuthenticationToken { Name = "id_token", Value = idToken }]);
        }

        return Task.CompletedTask;
    }

    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var user = context.Principal!;
        var subject = user.FindFirst(PortalClaims.Subject)?.Value;
        var issuer = user.FindFirst(PortalClaims.Issuer)?.Value;
        if (string.IsNullOrEmpty(subject) || string.IsNullOrEmpty(issuer))
        {
            context.Fail("The provider named no subject.");
            return;
        }

        await EndFormerSessionAsync(context.HttpContext);
        var name = user.FindFirst(PortalClaims.Name)?.Value ?? user.FindFirst("preferred_username")?.Value ?? user.FindFirst("email")?.Value ?? subject;
        var result = await sessions.SignInAsync(new IdentifiedPerson(
            issuer, subject, name.Length > MaxNameLength ? name[..MaxNameLength] : name,
            ClaimValues.Of(user, options.Value.RoleClaim), ClaimValues.Of(user, options.Value.OrganizationClaim),
            user.FindFirst("sid")?.Value, context.HttpContext.Connection.RemoteIpAddress?.ToString()));
        if (result.IsSuccess)
        {
            context.Principal = result.Value.ToPrincipal();
            return;
        }

        context.HandleResponse();
        context.Response.Redirect(result.Error is AccountDisabled ? PortalRoutes.AccountDisabled : PortalRoutes.SignInFailed);
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        // The cause is for the log: to the person it says nothing, to an attacker too much.
        logger.LogWarning("A sign-in failed: {Cause}", context.Failure?.Message);
        context.HandleResponse();
        context.Response.Redirect(PortalRoutes.SignInFailed);
        return Task.CompletedTask;
    }

    private async Task EndFormerSessionAsync(HttpContext context)
    {
        await context.AuthenticateAsync(PortalSchemes.Session);
        if (context.Items[typeof(SessionCookies)] is Actor former)
        {
            await sessions.SignOutAsync(former);
        }
    }
}
