using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using Portal.Authentication;
using Unit.Support;

namespace Unit.Access;

/// <summary>What answers before routing, and so is in no list of endpoints: the paths of the authentication schemes.</summary>
public sealed class SchemeEndpointTests
{
    /// <summary>Status for GET and POST of whoever asks without what the protocol asks for.</summary>
    private static readonly Dictionary<string, (int Get, int Post)> s_rows = new()
    {
        ["/signin-oidc"] = (302, 302), // to the page that says that it failed
        ["/signout-callback-oidc"] = (200, 200), // nothing; with what the portal sent along it leads to the neutral page
        ["/development/provider/.well-known/openid-configuration"] = (200, 400),
        ["/development/provider/keys"] = (200, 400),
        ["/development/provider/authorize"] = (400, 400),
        ["/development/provider/token"] = (400, 400),
        ["/development/provider/sign-out"] = (400, 400),
    };

    [Fact]
    [Trait("Requirement", "R-28")]
    [Trait("Requirement", "R-35")]
    public async Task Every_path_of_a_scheme_has_a_row_and_changes_nothing_for_anybody()
    {
        await using var portal = PortalServer.Start();
        var oidc = portal.Get<IOptionsMonitor<OpenIdConnectOptions>>().Get(PortalSchemes.Provider);
        var server = portal.Get<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        var handlers = await portal.Get<IAuthenticationSchemeProvider>().GetRequestHandlerSchemesAsync();
        string[] paths =
        [
            .. new[] { oidc.CallbackPath, oidc.SignedOutCallbackPath, oidc.RemoteSignOutPath }.Where(path => path.HasValue).Select(path => path.Value!),
            .. new[]
            {
                server.ConfigurationEndpointUris, server.JsonWebKeySetEndpointUris, server.AuthorizationEndpointUris, server.TokenEndpointUris, server.EndSessionEndpointUris,
                server.DeviceAuthorizationEndpointUris, server.EndUserVerificationEndpointUris, server.IntrospectionEndpointUris, server.RevocationEndpointUris,
                server.UserInfoEndpointUris, server.PushedAuthorizationEndpointUris,
            }.SelectMany(uris => uris).Select(uri => "/" + uri.OriginalString.TrimStart('/')),
        ];
        Assert.Equal(s_rows.Keys.Order(), paths.Order());
        Assert.Equal(2, handlers.Count());

        using var olga = await portal.SignInAsync("olga");
        using var nobody = portal.NewBrowser();
        var before = portal.Database.Snapshot("audit_entries", "outbox");
        var issuer = Uri.EscapeDataString("http://localhost/development/provider");
        foreach (var (path, row) in s_rows)
        {
            await AssertAnswersAsync(olga, path, row);
            await AssertAnswersAsync(nobody, path, row);
        }

        // The handler would listen here; switched off, it is like any page that is not there.
        await AssertAnswersAsync(olga, "/signout-oidc", (404, 405));
        await AssertAnswersAsync(nobody, "/signout-oidc", (302, 401));

        Assert.Equal(before, portal.Database.Snapshot("audit_entries", "outbox"));
        Assert.Equal(200, (int)(await olga.SendAsync(HttpMethod.Get, "/devices")).StatusCode);

        async Task AssertAnswersAsync(TestBrowser browser, string path, (int Get, int Post) row)
        {
            Assert.Equal((path, row.Get), (path, (int)(await browser.SendAsync(HttpMethod.Get, $"{path}?iss={issuer}&sid=1")).StatusCode));
            Assert.Equal((path, row.Post), (path, (int)(await browser.SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent([]))).StatusCode));
        }
    }
}
