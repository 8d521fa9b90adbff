using System.Net;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Persistence;
using Unit.Support;

namespace Unit.Authentication;

public sealed class EmbeddedSignInTests
{
    [Fact]
    public async Task A_demo_person_signs_in_and_comes_back_to_the_page_they_wanted()
    {
        await using var portal = PortalServer.Start();
        using var browser = portal.NewBrowser();

        var page = await browser.SignInAsync("olga", "/devices");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("/devices", page.RequestMessage!.RequestUri!.AbsolutePath);
        var cookie = Assert.Single(browser.Cookies.GetCookies(portal.Address), cookie => cookie.Name == "portal");
        Assert.True(cookie.Value.Length <= 1024, $"The session cookie has {cookie.Value.Length} bytes.");
        Assert.True(cookie.HttpOnly);
    }

    [Fact]
    public async Task The_other_name_of_this_machine_works_as_well()
    {
        await using var portal = PortalServer.Start();
        var other = new UriBuilder(portal.Address) { Host = portal.Address.Host == "localhost" ? "127.0.0.1" : "localhost" }.Uri;
        using var browser = new TestBrowser(other);

        var page = await browser.SignInAsync("tom");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(other.Authority, page.RequestMessage!.RequestUri!.Authority);
    }

    [Fact]
    public async Task A_second_sign_in_in_the_same_browser_gets_a_session_of_its_own_and_ends_the_first()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");

        await browser.SignInAsync("tom");

        await using var db = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var sessions = await db.Sessions.Include(session => session.Account).OrderBy(session => session.CreatedAt).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Collection(
            sessions,
            first => Assert.True(first.Account!.Subject == "olga" && first.EndedAt is not null),
            second => Assert.True(second.Account!.Subject == "tom" && second.EndedAt is null));
        Assert.Equal(sessions[1].Id, Assert.Single(await db.SessionTickets.ToListAsync(TestContext.Current.CancellationToken)).SessionId);
    }

    [Fact]
    public async Task An_anonymous_caller_is_sent_to_sign_in_and_a_script_gets_401()
    {
        await using var portal = PortalServer.Start();
        using var browser = portal.NewBrowser();

        var page = await browser.SendAsync(HttpMethod.Get, "/devices?q=a%26b");
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Fdevices%3Fq%3Da%2526b", page.Headers.Location?.OriginalString);

        var script = await browser.SendAsync(HttpMethod.Post, "/devices");
        Assert.Equal(HttpStatusCode.Unauthorized, script.StatusCode);
    }

    [Fact]
    public async Task Sign_out_by_get_does_nothing_and_by_post_ends_the_session_here_and_at_the_provider()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/sign-out")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/sign-out")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);

        var kept = browser.Cookies.GetCookieHeader(portal.Address);
        var response = await browser.PostAsync("/sign-out");
        Assert.StartsWith("/development/provider/sign-out", response.Headers.Location!.AbsolutePath, StringComparison.Ordinal);
        Assert.Equal("/signed-out", (await browser.GetAsync(response.Headers.Location.ToString())).RequestMessage!.RequestUri!.AbsolutePath);

        // Not only the cookie is gone: one that somebody kept opens nothing.
        using var thief = portal.NewBrowser();
        Assert.Equal(HttpStatusCode.Redirect, (await thief.SendAsync(HttpMethod.Get, "/devices", null, ("Cookie", kept))).StatusCode);
    }
}
