using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Unit.Support;

namespace Unit.Security;

/// <summary>Outside Development, for real: a process of its own, TLS, and an identity provider elsewhere.</summary>
[Trait("Requirement", "R-53")]
public sealed partial class ProductionTests
{
    [Fact]
    [Trait("Requirement", "R-39")]
    [Trait("Requirement", "R-54")]
    public async Task With_a_certificate_of_its_own_it_signs_people_in_and_out()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var database = TestDatabase.CreateWithoutSchema();
        var settings = PortalProcess.Settings(database, provider.Address);
        PortalProcess.AddOwnHttps(settings, database);
        settings["Proxy:Networks:0"] = "10.0.0.0/8";
        var cookies = new Dictionary<string, string>();
        await using (var portal = await PortalProcess.StartAsync(settings))
        {
            var (https, http) = (portal.Addresses["https"], portal.Addresses["http"]);
            using var plain = new ProductionBrowser(http);
            var redirect = await plain.GetAsync("/devices?q=a");
            Assert.Equal(HttpStatusCode.PermanentRedirect, redirect.StatusCode);
            Assert.Equal(new Uri(https, "/devices?q=a"), redirect.Headers.Location);
            Assert.Equal(HttpStatusCode.BadRequest, (await plain.SendAsync(HttpMethod.Post, "/sign-out")).StatusCode);

            // A program is not sent elsewhere: its keys have been on the wire already.
            var refused = await plain.GetAsync("/connect-service/v2.4/devices?action=get");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("\"message\":", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

            // Nobody declared this proxy, so nothing that it says is believed.
            using var browser = new ProductionBrowser(https);
            browser.Headers.AddRange([("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "http"), ("Forwarded", "for=6.6.6.6;host=evil.example")]);
            var first = await browser.GetAsync("/signed-out");
            Assert.Contains($"form-action 'self' {provider.Address}", first.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("max-age=63072000; includeSubDomains", first.Headers.GetValues("Strict-Transport-Security").Single());
            var (request, answer) = await browser.SignInAsync(provider);
            Assert.Equal("/devices", answer.Headers.Location?.OriginalString);
            Assert.Equal(new Uri(https, "/signin-oidc").ToString(), QueryHelpers.ParseQuery(request.Query)["redirect_uri"].ToString());
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/devices")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/development/sample")).StatusCode);
            AssertCookies(browser);
            cookies = new Dictionary<string, string>(browser.Cookies);

            browser.Headers.Clear();
            browser.Headers.Add(("Host", "evil.example"));
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync("/devices")).StatusCode);
        }

        Assert.Equal(["address=127.0.0.1"], database.Rows("SELECT address FROM audit_entries WHERE action='session.signIn'"));
        var ring = Assert.Single(database.Rows("SELECT xml FROM data_protection_keys"));
        Assert.Contains("EncryptedData", ring, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", ring, StringComparison.Ordinal);

        // Started anew, it still knows the person; signed out, it knows the cookie no more.
        await using (var portal = await PortalProcess.StartAsync(settings))
        {
            using var browser = new ProductionBrowser(portal.Addresses["https"]);
            var cookie = ("Cookie", string.Join("; ", cookies.Select(pair => $"{pair.Key}={pair.Value}")));
            browser.Headers.Add(cookie);
            var page = await (await browser.GetAsync("/devices")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var token = WebUtility.HtmlDecode(TokenPattern().Match(page).Groups[1].Value);
            var signOut = await browser.SendAsync(HttpMethod.Post, "/sign-out", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
            Assert.StartsWith($"{provider.Address}/end?", signOut.Headers.Location?.OriginalString, StringComparison.Ordinal);
            Assert.Contains("id_token_hint=", signOut.Headers.Location!.Query, StringComparison.Ordinal);
            Assert.Contains(browser.Given, line => line.StartsWith("__Host-portal=;", StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/devices")).StatusCode);
        }
    }

    [Fact]
    public async Task Behind_a_declared_proxy_it_believes_that_proxy_and_refuses_who_comes_around_it()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var database = TestDatabase.CreateWithoutSchema();
        var settings = PortalProcess.Settings(database, provider.Address);
        settings["urls"] = "http://127.0.0.1:0";
        settings["Proxy:Networks:0"] = "127.0.0.0/8";
        await using var portal = await PortalProcess.StartAsync(settings);
        var address = portal.Addresses["http"];
        using var around = new ProductionBrowser(address);
        Assert.Equal(HttpStatusCode.BadRequest, (await around.GetAsync("/devices")).StatusCode);
        around.Headers.AddRange([("Host", "portal.example"), ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http")]);
        Assert.Equal("https://portal.example/devices", (await around.GetAsync("/devices")).Headers.Location?.OriginalString);

        using var browser = new ProductionBrowser(address);
        browser.Headers.AddRange([("Host", "127.0.0.1"), ("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "portal.example")]);
        var (request, _) = await browser.SignInAsync(provider);

        Assert.Equal("https://portal.example/signin-oidc", QueryHelpers.ParseQuery(request.Query)["redirect_uri"].ToString());
        var page = await browser.GetAsync("/devices");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.True(page.Headers.Contains("Strict-Transport-Security"));
        Assert.Contains("connect-src 'self' wss://portal.example;", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        AssertCookies(browser);
        Assert.Equal(["address=203.0.113.9"], database.Rows("SELECT address FROM audit_entries WHERE action='session.signIn'"));

        browser.Headers[3] = ("X-Forwarded-Host", "evil.example");
        Assert.DoesNotContain("evil.example", (await browser.GetAsync("/sign-in")).Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_asks_for_what_it_uses_and_for_nothing_else()
    {
        using var database = TestDatabase.CreateWithoutSchema();
        using var refused = PortalProcess.Run(new Dictionary<string, string?> { ["Secrets:KeyFile"] = "/nowhere.key", ["Reveals:MaxDisplays"] = "many", ["Database:Provider"] = "Oracle" }, "seed", "--devices", "5");
        var message = await refused.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, message.Split('\n').Count(line => line.StartsWith("  - ", StringComparison.Ordinal)));
        Assert.All(["Secrets:KeyFile", "Reveals:MaxDisplays", "Database:Provider"], setting => Assert.Contains(setting, message, StringComparison.Ordinal));

        var settings = PortalProcess.Settings(database, "");
        settings.Keys.Where(name => name.StartsWith("Oidc", StringComparison.Ordinal) || name.StartsWith("DataProtection", StringComparison.Ordinal) || name == "AllowedHosts")
            .ToList().ForEach(name => settings.Remove(name));
        using var seeding = PortalProcess.Run(settings, "seed", "--devices", "5");
        Assert.Equal("", await seeding.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await seeding.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, seeding.ExitCode);
        Assert.Equal(["n=5"], database.Rows("SELECT count(*) AS n FROM devices"));
    }

    private static void AssertCookies(ProductionBrowser browser)
    {
        Assert.Contains("__Host-portal", browser.Cookies.Keys);
        foreach (var line in browser.Given)
        {
            Assert.True(line.Contains("; secure", StringComparison.OrdinalIgnoreCase), line);
            Assert.True(line.StartsWith("__Host-", StringComparison.Ordinal) || line.Contains("path=/signin-oidc", StringComparison.OrdinalIgnoreCase), line);
            Assert.DoesNotContain("domain=", line, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("; httponly", browser.Given.Last(line => line.StartsWith("__Host-portal=", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("name=\"antiforgery-token\" content=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
