using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Portal.Authentication;

namespace Portal.ConnectApi;

/// <summary>
/// Access tokens that the configured provider gave to a program (OAuth 2 client credentials, RFC 9068): signed by it,
/// for this portal, and not a person's.
/// </summary>
public sealed class BearerTokens(IOptionsMonitor<OpenIdConnectOptions> providers, IOptions<ConnectOptions> options, ILogger<BearerTokens> logger)
{
    private const int MaxLength = 8192;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Claims of a sign-in. A token with one of them speaks for a person, whatever client it was given to.</summary>
    private static readonly string[] s_claimsOfPeople = ["nonce", "at_hash", "c_hash", "sid", "session_state", "auth_time", "events"];

    /// <returns>The client that it was given to, or nothing for any token that is not taken.</returns>
    public async Task<string?> ReadAsync(string token)
    {
        var provider = providers.Get(PortalSchemes.Provider);
        if (token.Length > MaxLength || provider.ConfigurationManager is not { } manager || provider.ClientId is not { } clientId)
        {
            return null;
        }

        OpenIdConnectConfiguration configuration;
        try
        {
            configuration = await manager.GetConfigurationAsync(CancellationToken.None).WaitAsync(s_patience);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HttpRequestException or TimeoutException)
        {
            logger.LogWarning("The identity provider does not answer, so no bearer token can be checked: {Cause}", exception.Message);
            return null;
        }

        var result = await ValidateAsync(token, configuration, clientId);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have new keys since they were read; the manager limits how often it is asked.
            manager.RequestRefresh();
            result = await ValidateAsync(token, await manager.GetConfigurationAsync(CancellationToken.None).WaitAsync(s_patience), clientId);
        }

        var client = result is { IsValid: true, SecurityToken: JsonWebToken jwt } && IsOfProgram(jwt) ? Text(jwt, "client_id") ?? Text(jwt, "azp") ?? Text(jwt, "sub") : null;

        // Through the portal's own client people sign in: whatever a provider leaves out of their tokens, none of them is an application.
        return client == clientId ? null : client;
    }

    private Task<TokenValidationResult> ValidateAsync(string token, OpenIdConnectConfiguration configuration, string clientId) =>
        new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidAudiences = options.Value.BearerAudience?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } audiences ? audiences : [clientId],
            ValidAlgorithms = AuthenticationServices.SignatureAlgorithms,
            ValidTypes = ["at+jwt", "application/at+jwt", "JWT"],
            IssuerSigningKeys = configuration.SigningKeys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = s_clockSkew,
        });

    private static bool IsOfProgram(JsonWebToken token) =>
        !s_claimsOfPeople.Any(claim => token.TryGetPayloadValue<object>(claim, out _)) && Text(token, "idtyp") is null or "app";

    private static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var value) && !string.IsNullOrEmpty(value) ? value : null;
}
