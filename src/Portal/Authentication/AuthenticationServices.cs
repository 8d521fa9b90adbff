using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Portal.Development;

namespace Portal.Authentication;

/// <summary>Sign-in by any OpenID Connect provider, sessions kept in the database.</summary>
public static class AuthenticationServices
{
    public static void AddPortalAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OidcOptions>().BindConfiguration(OidcOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SessionCookies>();
        services.AddSingleton<ProviderOrigins>();
        services.AddScoped<SessionCookieEvents>();
        services.AddScoped<ProviderEvents>();
        services.AddPortalPolicies();

        services.AddCascadingAuthenticationState();
        services.AddSingleton<SessionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionWatch>());
        services.AddSingleton<CircuitOwners>();
        services.Configure<HubOptions>(options => options.AddFilter<CircuitOwners>());
        services.AddScoped<CircuitIdentity>();
        services.AddScoped<CircuitHandler, CircuitGate>();
        services.AddScoped<CurrentActor>();

        var secureCookies = builder.Environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        services.AddAuthentication(PortalSchemes.Session)
            .AddCookie(PortalSchemes.Session, options => ConfigureCookie(options, secureCookies))
            .AddOpenIdConnect(PortalSchemes.Provider, options => ConfigureProvider(options, secureCookies));
        services.AddOptions<CookieAuthenticationOptions>(PortalSchemes.Session)
            .Configure<SessionCookies>((options, store) => options.SessionStore = store);
        services.AddOptions<OpenIdConnectOptions>(PortalSchemes.Provider)
            .Configure<IOptions<OidcOptions>>((options, oidc) => Apply(oidc.Value, options));

        if (builder.Environment.IsDevelopment() && string.IsNullOrEmpty(builder.Configuration[$"{OidcOptions.SectionName}:{nameof(OidcOptions.Authority)}"]))
        {
            services.AddEmbeddedProvider();
        }
    }

    /// <summary>After the Razor components, whose own provider of the identity it takes the place of.</summary>
    public static void UseCircuitIdentity(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Scoped<AuthenticationStateProvider>(provider => provider.GetRequiredService<CircuitIdentity>()));

    private static void ConfigureCookie(CookieAuthenticationOptions options, CookieSecurePolicy secure)
    {
        // The prefix makes browsers refuse the cookie from a subdomain or over plain http; it cannot be used on plain http.
        options.Cookie.Name = secure == CookieSecurePolicy.Always ? "__Host-portal" : "portal";
        options.Cookie.SecurePolicy = secure;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.HttpOnly = true;
        options.Cookie.IsEssential = true;
        options.SlidingExpiration = false;
        options.ExpireTimeSpan = TimeSpan.FromDays(7); // the session row decides; this only outlasts the longest one
        options.EventsType = typeof(SessionCookieEvents);
    }

    private static void ConfigureProvider(OpenIdConnectOptions options, CookieSecurePolicy secure)
    {
        options.SignInScheme = PortalSchemes.Session;
        options.CallbackPath = PortalRoutes.SignInCallback;
        options.SignedOutCallbackPath = PortalRoutes.SignOutCallback;
        options.SignedOutRedirectUri = PortalRoutes.SignedOut;

        // A link anywhere on the web could sign people out by it; a provider ends a session by BackChannelSignOut.
        options.RemoteSignOutPath = PathString.Empty;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.EventsType = typeof(ProviderEvents);

        // By query, the answer arrives with Lax cookies: it works on plain http and across sites without SameSite=None.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = secure;
        }

        options.TokenValidationParameters.NameClaimType = PortalClaims.Name;
        options.TokenValidationParameters.ValidAlgorithms = SignatureAlgorithms;
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        options.BackchannelTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>Asymmetric only: a token signed with the client secret, or not at all, is not the provider's.</summary>
    internal static string[] SignatureAlgorithms { get; } =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static void Apply(OidcOptions oidc, OpenIdConnectOptions options)
    {
        options.Authority = oidc.Authority;
        options.ClientId = oidc.ClientId;
        options.ClientSecret = oidc.ClientSecret;
        options.PushedAuthorizationBehavior = oidc.PushedAuthorization;
        options.GetClaimsFromUserInfoEndpoint = oidc.UseUserInfo;
        options.RequireHttpsMetadata = !Uri.TryCreate(oidc.Authority, UriKind.Absolute, out var authority) || !authority.IsLoopback;
        options.Scope.Clear();
        foreach (var scope in oidc.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            options.Scope.Add(scope);
        }

        // Everything the ID token says stays as it is; from the user info endpoint, what the portal reads.
        options.ClaimActions.Clear();
        if (oidc.UseUserInfo)
        {
            foreach (var claim in new[] { PortalClaims.Name, "preferred_username", oidc.RoleClaim.Split('.')[0], oidc.OrganizationClaim.Split('.')[0] })
            {
                options.ClaimActions.MapJsonKey(claim, claim);
            }
        }
    }
}
