using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Portal.Core.Sessions;

namespace Portal.Authentication;

/// <summary>
/// The provider says that a session ended there: OpenID Connect Back-Channel Logout 1.0, with the checks of section 2.6
/// and of ASVS 10.5.5. It comes from the provider's server: no cookie, no browser.
/// </summary>
public static class BackChannelSignOut
{
    private const string EventName = "http://schemas.openid.net/event/backchannel-logout";
    private const string TokenType = "logout+jwt";

    /// <summary>How old a token may be; providers send it at once, so an old one is a replay.</summary>
    private static readonly TimeSpan s_maxAge = TimeSpan.FromMinutes(2);

    public static void MapBackChannelSignOut(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(PortalRoutes.BackChannelSignOut, async (
            HttpContext context, [FromForm(Name = "logout_token")] string? token,
            IOptionsMonitor<OpenIdConnectOptions> options, SessionService sessions, TimeProvider clock) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            if (await ReadAsync(token, options.Get(PortalSchemes.Provider), clock.GetUtcNow()) is not { } logout)
            {
                return Results.Json(new { error = "invalid_request" }, statusCode: StatusCodes.Status400BadRequest);
            }

            var ended = await sessions.EndFromProviderAsync(logout.Issuer, logout.Subject, logout.SessionId);
            return ended.IsSuccess ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().DisableAntiforgery().WithMetadata(new RequestSizeLimitAttribute(64 * 1024));

    private static async Task<Logout?> ReadAsync(string? token, OpenIdConnectOptions options, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(token) || options.ConfigurationManager is null)
        {
            return null;
        }

        var provider = await options.ConfigurationManager.GetConfigurationAsync(CancellationToken.None);
        var result = await ValidateAsync(token, provider, options);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have new keys since they were read.
            options.ConfigurationManager.RequestRefresh();
            result = await ValidateAsync(token, await options.ConfigurationManager.GetConfigurationAsync(CancellationToken.None), options);
        }

        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt
            || (!string.IsNullOrEmpty(jwt.Typ) && jwt.Typ is not (TokenType or "JWT"))
            || jwt.IssuedAt == DateTime.MinValue || (now - jwt.IssuedAt).Duration() > s_maxAge
            || jwt.TryGetPayloadValue<object>("nonce", out _)
            || !jwt.TryGetPayloadValue<Dictionary<string, object>>("events", out var events) || events?.ContainsKey(EventName) != true)
        {
            return null;
        }

        var subject = Text(jwt, "sub");
        var session = Text(jwt, "sid");
        return subject is null && session is null ? null : new Logout(jwt.Issuer, subject, session);
    }

    private static Task<TokenValidationResult> ValidateAsync(string token, OpenIdConnectConfiguration provider, OpenIdConnectOptions options) =>
        new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = provider.Issuer,
            ValidAudience = options.ClientId,
            ValidAlgorithms = AuthenticationServices.SignatureAlgorithms,
            IssuerSigningKeys = provider.SigningKeys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromMinutes(1),
        });

    private static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var value) && !string.IsNullOrEmpty(value) ? value : null;

    private sealed record Logout(string Issuer, string? Subject, string? SessionId);
}
