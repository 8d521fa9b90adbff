using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Portal.Authentication;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Portal.Development;

/// <summary>
/// An OpenID Connect provider inside the portal, for Development without one configured: the same code flow as with
/// any other provider, for people without passwords. Keys live as long as the process; it stores nothing.
/// </summary>
public static class EmbeddedProvider
{
    /// <summary>Part of who a person is, so it stays the same wherever the portal listens.</summary>
    private static readonly Uri s_issuer = new("http://localhost/development/provider");

    private const string ClientSecret = "embedded-provider-in-this-process";
    internal const string ParameterOfPerson = "person";

    public static void AddEmbeddedProvider(this IServiceCollection services)
    {
        services.AddOpenIddict().AddServer(server =>
        {
            server.SetIssuer(s_issuer)
                .SetConfigurationEndpointUris(Relative("/.well-known/openid-configuration"))
                .SetJsonWebKeySetEndpointUris(Relative("/keys"))
                .SetAuthorizationEndpointUris(Relative("/authorize"))
                .SetTokenEndpointUris(Relative("/token"))
                .SetEndSessionEndpointUris(Relative("/sign-out"))
                .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()

                // For programs; the portal reads their tokens as it would read those of any provider.
                .AllowClientCredentialsFlow().DisableAccessTokenEncryption()

                // Kinds of keys that are made in no time: the first page of a fresh start waits for them.
                .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
                .AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256);
            server.EnableDegradedMode().DisableScopeValidation();
            server.UseAspNetCore().DisableTransportSecurityRequirement()
                .EnableAuthorizationEndpointPassthrough().EnableEndSessionEndpointPassthrough();

            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(Validate));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(Validate));
            server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(GiveToProgram));
            server.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(Validate));
        });
        services.AddOptions<OpenIdConnectOptions>(PortalSchemes.Provider).Configure<IServer>((options, server) =>
        {
            options.Authority = new Uri(ListeningAddress.Of(server), PortalRoutes.Provider).ToString();
            options.ClientSecret = ClientSecret;
            options.RequireHttpsMetadata = false;
        });
    }

    public static void MapEmbeddedProvider(this IEndpointRouteBuilder endpoints)
    {
        if (!IsUsed(endpoints.ServiceProvider))
        {
            return;
        }

        endpoints.MapGet(PortalRoutes.Provider + "/authorize", Authorize).AllowAnonymous();
        endpoints.MapGet(PortalRoutes.Provider + "/sign-out", () =>
            Results.SignOut(authenticationSchemes: [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme])).AllowAnonymous();
    }

    public static bool IsUsed(IServiceProvider services) => services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(OpenIddictServerAspNetCoreHandler));

    public static bool Is(OpenIdConnectOptions options) => options.ClientSecret == ClientSecret;

    /// <summary>Keeps the browser on the host name that it knows the portal by, whatever the server calls itself.</summary>
    public static void StayOnHost(RedirectContext context)
    {
        if (Is(context.Options))
        {
            context.ProtocolMessage.IssuerAddress = UriHelper.BuildAbsolute(
                context.Request.Scheme, context.Request.Host, context.Request.PathBase, new Uri(context.ProtocolMessage.IssuerAddress).AbsolutePath);
        }
    }

    private static IResult Authorize(HttpContext context, IOptions<OidcOptions> options)
    {
        var request = context.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("This is not an OpenID Connect request.");
        if (DemoPeople.Find((string?)request[ParameterOfPerson]) is not { } person)
        {
            return Results.LocalRedirect(PortalRoutes.DevelopmentSignIn + context.Request.QueryString);
        }

        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.UserName).SetClaim(Claims.Name, person.Name)
            .SetClaims(options.Value.RoleClaim, [person.Role.Name])
            .SetClaims(options.Value.OrganizationClaim, [.. person.Organizations.Select(organization => organization.OrganizationId)])
            .SetScopes(request.GetScopes()).SetDestinations(_ => [Destinations.IdentityToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static ValueTask Validate(ValidateAuthorizationRequestContext context)
    {
        if (!IsOurs(context.ClientId) || !IsOnHost(context.RedirectUri, PortalRoutes.SignInCallback, context.BaseUri))
        {
            context.Reject(Errors.InvalidClient, "This provider serves the portal that it is part of, nothing else.");
        }

        return ValueTask.CompletedTask;
    }

    private static async ValueTask Validate(ValidateTokenRequestContext context)
    {
        var isKnown = context.Request.IsClientCredentialsGrantType()
            ? await context.Transaction.GetHttpRequest()!.HttpContext.RequestServices.GetRequiredService<DemoCaller>().IsItAsync(context.ClientId, context.ClientSecret)
            : IsOurs(context.ClientId) && context.ClientSecret == ClientSecret;
        if (!isKnown)
        {
            context.Reject(Errors.InvalidClient, "The client is not known.");
        }
    }

    /// <summary>An access token for the portal's own API; the code flow is handled by the server itself.</summary>
    private static ValueTask GiveToProgram(HandleTokenRequestContext context)
    {
        if (context.Request.IsClientCredentialsGrantType())
        {
            var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
            identity.SetClaim(Claims.Subject, context.ClientId).SetAudiences(new OidcOptions().ClientId).SetDestinations(_ => [Destinations.AccessToken]);
            context.SignIn(new ClaimsPrincipal(identity));
        }

        return ValueTask.CompletedTask;
    }

    private static ValueTask Validate(ValidateEndSessionRequestContext context)
    {
        if (!IsOnHost(context.PostLogoutRedirectUri, PortalRoutes.SignOutCallback, context.BaseUri))
        {
            context.Reject(Errors.InvalidRequest, "The address to return to is not one of the portal.");
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsOurs(string? clientId) => clientId == new OidcOptions().ClientId;

    private static bool IsOnHost(string? address, string path, Uri? host) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && host is not null
        && uri.GetLeftPart(UriPartial.Authority) == host.GetLeftPart(UriPartial.Authority) && uri.AbsolutePath == path;

    private static string Relative(string path) => (PortalRoutes.Provider + path)[1..];
}
