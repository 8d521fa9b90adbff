using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Unit.Support;

/// <summary>An OpenID Connect provider that says whatever a test makes it say.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "portal";
    private const string PushedAddress = "urn:ietf:params:oauth:request_uri:1";

    private readonly WebApplication _app;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly HashSet<string> _codes = [];

    private FakeProvider(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>What the next ID token differs by from a proper one.</summary>
    public Action<IdToken> Spoil { get; set; } = _ => { };

    /// <summary>Whether it advertises pushed authorization requests, and then refuses them.</summary>
    public bool BreaksPushedRequests { get; init; }

    public RsaSecurityKey Key => new(_rsa) { KeyId = "key-1" };

    public static async Task<FakeProvider> StartAsync(bool breaksPushedRequests = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new FakeProvider(app) { BreaksPushedRequests = breaksPushedRequests };
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(provider.Configuration()));
        app.MapGet("/keys", () => Results.Json(provider.Keys()));
        app.MapPost("/token", provider.Redeem);
        app.MapPost("/par", () => provider.BreaksPushedRequests
            ? Results.Json(new { error = "invalid_request" }, statusCode: StatusCodes.Status400BadRequest)
            : Results.Json(new { request_uri = PushedAddress, expires_in = 60 }, statusCode: StatusCodes.Status201Created));
        await app.StartAsync();
        provider.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return provider;
    }

    /// <summary>Plays the person's part at the provider: the answer to an authorization request.</summary>
    /// <returns>Code and state, as they go into the callback address.</returns>
    public (string Code, string State) Authorize(Uri request)
    {
        var query = QueryHelpers.ParseQuery(request.Query);
        var code = Guid.NewGuid().ToString("N");
        lock (_codes)
        {
            _codes.Add(code);
        }

        _nonce = query["nonce"].ToString();
        return (code, query["state"].ToString());
    }

    private string _nonce = "";

    /// <summary>A logout token as a proper one, or spoiled.</summary>
    public string LogoutToken(Action<IdToken>? spoil = null)
    {
        var token = new IdToken(this) { Type = "logout+jwt" };
        token.Claims["sid"] = "provider-session";
        token.Claims["jti"] = Guid.NewGuid().ToString();
        token.Claims["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() };
        spoil?.Invoke(token);
        return token.Write();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private Dictionary<string, object> Configuration()
    {
        var configuration = new Dictionary<string, object>
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["end_session_endpoint"] = $"{Address}/end",
            ["jwks_uri"] = $"{Address}/keys",
            ["response_types_supported"] = new[] { "code" },
            ["subject_types_supported"] = new[] { "public" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        };
        if (BreaksPushedRequests)
        {
            configuration["pushed_authorization_request_endpoint"] = $"{Address}/par";
        }

        return configuration;
    }

    private object Keys()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = Key.KeyId, n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } } };
    }

    private async Task<IResult> Redeem(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        lock (_codes)
        {
            if (!_codes.Remove(form["code"].ToString()))
            {
                return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
            }
        }

        var token = new IdToken(this);
        token.Claims["nonce"] = _nonce;
        token.Claims["sid"] = "provider-session";
        token.Claims["name"] = "Petra Kern";
        token.Claims["roles"] = new[] { "FullAccess" };
        token.Claims["organizations"] = new[] { "o15724301680011" };
        Spoil(token);
        return Results.Json(new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = token.Write() });
    }
}

/// <summary>A token to be; each part can be spoiled.</summary>
internal sealed class IdToken(FakeProvider provider)
{
    public string? Issuer { get; set; } = provider.Address;

    public string? Audience { get; set; } = FakeProvider.ClientId;

    public string Type { get; set; } = "JWT";

    public DateTime IssuedAt { get; set; } = DateTime.UtcNow;

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(2);

    public SigningCredentials? Signing { get; set; } = new(provider.Key, SecurityAlgorithms.RsaSha256);

    public Dictionary<string, object> Claims { get; } = new() { ["sub"] = "petra" };

    public string Write() => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Audience,
        TokenType = Type,
        IssuedAt = IssuedAt,
        NotBefore = IssuedAt,
        Expires = IssuedAt + Lifetime,
        Claims = Claims,
        SigningCredentials = Signing,
    });
}
