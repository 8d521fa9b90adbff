using System.Net;
using Unit.Support;

namespace Unit.Security;

public sealed class SecurityHeadersTests
{
    private static readonly string[] s_names =
    [
        "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "X-Frame-Options",
    ];

    [Fact]
    [Trait("Requirement", "R-39")]
    public async Task Every_answer_has_every_header_errors_too()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        using var nobody = portal.NewBrowser();
        (TestBrowser Who, HttpMethod Method, string Path, HttpStatusCode Status)[] requests =
        [
            (browser, HttpMethod.Get, "/", HttpStatusCode.OK), (browser, HttpMethod.Get, "/devices", HttpStatusCode.OK), (browser, HttpMethod.Get, "/nowhere", HttpStatusCode.NotFound),
            (browser, HttpMethod.Post, "/sign-out", HttpStatusCode.BadRequest), (browser, HttpMethod.Get, "/error", HttpStatusCode.OK),
            (browser, HttpMethod.Get, "/app.css", HttpStatusCode.OK),
            (nobody, HttpMethod.Get, "/devices", HttpStatusCode.Redirect), (nobody, HttpMethod.Post, "/devices", HttpStatusCode.Unauthorized),
            (nobody, HttpMethod.Get, "/signed-out", HttpStatusCode.OK), (nobody, HttpMethod.Get, "/_blazor", HttpStatusCode.Forbidden),
            (nobody, HttpMethod.Get, "/development/sample", HttpStatusCode.OK),
        ];
        foreach (var (who, method, path, status) in requests)
        {
            var answer = await who.SendAsync(method, path);
            Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}");
            foreach (var name in s_names)
            {
                Assert.True(answer.Headers.TryGetValues(name, out var values) && values.Count() == 1, $"{method} {path}: {name}");
            }

            // A page shows a person's data, an error page too.
            Assert.True(answer.Content.Headers.ContentType?.MediaType != "text/html" || answer.Headers.CacheControl?.NoStore == true, $"{method} {path}: Cache-Control {answer.Headers.CacheControl}");
            Assert.False(answer.Headers.Contains("Server"), path);
            Assert.False(answer.Headers.Contains("X-Powered-By"), path);
        }
    }

    [Fact]
    [Trait("Requirement", "R-39")]
    public async Task The_policy_allows_scripts_by_nonce_only_and_a_new_one_each_time()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        var one = Policy(await browser.SendAsync(HttpMethod.Get, "/"));
        var two = Policy(await browser.SendAsync(HttpMethod.Get, "/"));

        Assert.NotEqual(one, two);
        Assert.Matches("script-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}';", one);
        Assert.Contains($"connect-src 'self' ws://{portal.Address.Authority};", one, StringComparison.Ordinal);
        foreach (var part in new[] { "default-src 'self';", "base-uri 'self';", "object-src 'none';", "frame-ancestors 'none';", "form-action 'self'" })
        {
            Assert.Contains(part, one, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("unsafe-eval", one, StringComparison.Ordinal);
        Assert.DoesNotMatch("script-src[^;]*unsafe-inline", one);
    }

    [Fact]
    public async Task A_sign_out_form_may_lead_to_the_provider()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var portal = PortalServer.Start(("Oidc:Authority", provider.Address));
        using var browser = portal.NewBrowser();

        Assert.Contains($"form-action 'self' {provider.Address}", Policy(await browser.SendAsync(HttpMethod.Get, "/signed-out")), StringComparison.Ordinal);
    }

    private static string Policy(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
}
