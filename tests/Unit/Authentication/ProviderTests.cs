using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using Portal.Core.Persistence;
using Unit.Support;

namespace Unit.Authentication;

/// <summary>A provider, or somebody between it and the portal, that does not play by the rules.</summary>
public sealed class ProviderTests
{
    private static readonly Dictionary<string, Action<IdToken>> s_spoilers = new()
    {
        ["issuer of another provider"] = token => token.Issuer = "https://evil.example",
        ["no issuer"] = token => token.Issuer = null,
        ["audience of another client"] = token => token.Audience = "another",
        ["no audience"] = token => token.Audience = null,
        ["nonce of another request"] = token => token.Claims["nonce"] = "another",
        ["no nonce"] = token => token.Claims.Remove("nonce"),
        ["no subject"] = token => token.Claims.Remove("sub"),
        ["expired"] = token => token.IssuedAt = DateTime.UtcNow.AddHours(-1),
        ["not signed"] = token => token.Signing = null,
        ["signed with the client secret"] = token => token.Signing = new SigningCredentials(
            new SymmetricSecurityKey("a-client-secret-of-enough-length!!"u8.ToArray()), SecurityAlgorithms.HmacSha256),
        ["signed by an unknown key"] = token => token.Signing = new SigningCredentials(
            new RsaSecurityKey(RSA.Create(2048)) { KeyId = "key-2" }, SecurityAlgorithms.RsaSha256),
        ["another key under a known name"] = token => token.Signing = new SigningCredentials(
            new RsaSecurityKey(RSA.Create(2048)) { KeyId = "key-1" }, SecurityAlgorithms.RsaSha256),
    };

    [Fact]
    [Trait("Requirement", "R-36")]
    public async Task A_spoiled_token_signs_nobody_in()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var portal = Start(provider);
        foreach (var (name, spoil) in s_spoilers)
        {
            provider.Spoil = spoil;
            using var browser = portal.NewBrowser();
            var answer = await SignInAsync(browser, provider);
            Assert.True(answer.Headers.Location?.OriginalString == "/sign-in/failed", name);
            AssertRefused(answer, portal, browser);
        }

        Assert.Equal(0, await SessionsAsync(portal));
    }

    [Fact]
    [Trait("Requirement", "R-36")]
    public async Task A_proper_token_signs_in_once_and_its_code_never_again()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var portal = Start(provider);
        using var browser = portal.NewBrowser();
        var start = await browser.SendAsync(HttpMethod.Get, "/sign-in");
        var (code, state) = provider.Authorize(start.Headers.Location!);
        var callback = $"/signin-oidc?code={code}&state={Uri.EscapeDataString(state)}";

        var first = await browser.SendAsync(HttpMethod.Get, callback);
        Assert.Equal("/", first.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);

        using var other = portal.NewBrowser();
        AssertRefused(await other.SendAsync(HttpMethod.Get, callback), portal, other);
        Assert.Equal(1, await SessionsAsync(portal));
    }

    [Fact]
    [Trait("Requirement", "R-36")]
    public async Task A_callback_that_nobody_asked_for_signs_nobody_in()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var portal = Start(provider);
        foreach (var query in new[] { "", "state=", "state=forged&code=x", "code=x", "error=access_denied&state=forged", "code=%00&state=%ff%fe" })
        {
            using var browser = portal.NewBrowser();
            AssertRefused(await browser.SendAsync(HttpMethod.Get, $"/signin-oidc?{query}"), portal, browser);
        }
    }

    [Fact]
    [Trait("Requirement", "R-36")]
    public async Task A_provider_that_refuses_pushed_requests_or_is_down_leaves_a_plain_page()
    {
        var provider = await FakeProvider.StartAsync(breaksPushedRequests: true);
        await using var portal = Start(provider);
        using var browser = portal.NewBrowser();
        var refused = await browser.GetAsync("/sign-in");
        Assert.True((int)refused.StatusCode < 500, $"Status {refused.StatusCode}");
        Assert.Equal("/sign-in/failed", refused.RequestMessage!.RequestUri!.AbsolutePath);
        await provider.DisposeAsync();

        await using var orphan = PortalServer.Start(("Oidc:Authority", provider.Address));
        using var other = orphan.NewBrowser();
        var down = await other.GetAsync("/sign-in");
        Assert.Equal("/sign-in/failed", down.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Pushed_requests_can_be_switched_off_for_such_a_provider()
    {
        await using var provider = await FakeProvider.StartAsync(breaksPushedRequests: true);
        await using var portal = PortalServer.Start(("Oidc:Authority", provider.Address), ("Oidc:PushedAuthorization", "Disable"));
        using var browser = portal.NewBrowser();

        Assert.Equal("/", (await SignInAsync(browser, provider)).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Roles_may_be_nested_and_an_unknown_role_gives_a_plain_page_instead_of_rights()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var portal = PortalServer.Start(
            ("Oidc:Authority", provider.Address), ("Oidc:RoleClaim", "realm_access.roles"), ("Oidc:Roles:fleet-admin", "FullAccess"));
        using var browser = portal.NewBrowser();
        provider.Spoil = token => token.Claims["realm_access"] = new Dictionary<string, object> { ["roles"] = new[] { "fleet-admin" } };
        await SignInAsync(browser, provider);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);

        using var stranger = portal.NewBrowser();
        provider.Spoil = token => token.Claims["sub"] = "stranger";
        await SignInAsync(stranger, provider);
        var page = await stranger.SendAsync(HttpMethod.Get, "/devices");
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains("There is nothing here for you yet", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "R-32")]
    public async Task The_provider_ends_a_session_by_a_proper_logout_token_only()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var portal = Start(provider);
        using var browser = portal.NewBrowser();
        await SignInAsync(browser, provider);
        var wrong = new Dictionary<string, Action<IdToken>>(s_spoilers.Where(pair => !pair.Key.Contains("nonce", StringComparison.Ordinal) && pair.Key != "no subject"))
        {
            ["a nonce"] = token => token.Claims["nonce"] = "n",
            ["no event"] = token => token.Claims.Remove("events"),
            ["another event"] = token => token.Claims["events"] = new Dictionary<string, object> { ["http://evil.example"] = new Dictionary<string, object>() },
            ["events as text"] = token => token.Claims["events"] = "http://schemas.openid.net/event/backchannel-logout",
            ["an ID token's type"] = token => token.Type = "at+jwt",
            ["nobody named"] = token =>
            {
                token.Claims.Remove("sub");
                token.Claims.Remove("sid");
            },
            ["old"] = token => (token.IssuedAt, token.Lifetime) = (DateTime.UtcNow.AddMinutes(-10), TimeSpan.FromHours(1)),
        };
        foreach (var (name, spoil) in wrong)
        {
            Assert.True(await PostAsync(portal, provider.LogoutToken(spoil)) == HttpStatusCode.BadRequest, name);
        }

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(portal, "not a token"));
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(portal, provider.LogoutToken()));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);
    }

    private static async Task<HttpStatusCode> PostAsync(PortalServer portal, string token)
    {
        using var server = portal.NewBrowser();
        return (await server.SendAsync(HttpMethod.Post, "/sign-out/backchannel", new FormUrlEncodedContent([new("logout_token", token)]))).StatusCode;
    }

    private static PortalServer Start(FakeProvider provider) =>
        PortalServer.Start(("Oidc:Authority", provider.Address), ("Oidc:ClientSecret", "a-client-secret-of-enough-length!!"));

    private static async Task<HttpResponseMessage> SignInAsync(TestBrowser browser, FakeProvider provider)
    {
        var start = await browser.SendAsync(HttpMethod.Get, "/sign-in");
        var (code, state) = provider.Authorize(start.Headers.Location!);
        return await browser.SendAsync(HttpMethod.Get, $"/signin-oidc?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private static void AssertRefused(HttpResponseMessage answer, PortalServer portal, TestBrowser browser)
    {
        Assert.Equal("/sign-in/failed", answer.Headers.Location?.OriginalString);
        Assert.DoesNotContain(browser.Cookies.GetCookies(portal.Address), cookie => cookie.Name == "portal");
    }

    private static async Task<int> SessionsAsync(PortalServer portal)
    {
        await using var db = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.Sessions.CountAsync(TestContext.Current.CancellationToken);
    }
}
