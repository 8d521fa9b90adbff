using System.Net;
using System.Net.Sockets;
using System.Text;
using Unit.Support;

namespace Unit.Security;

/// <summary>Raw sockets: what a browser would never let a page send is sent here.</summary>
public sealed class OriginTests
{
    [Fact]
    [Trait("Requirement", "R-34")]
    public async Task The_hub_refuses_a_foreign_origin_before_there_is_a_circuit()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        var cookie = browser.Cookies.GetCookieHeader(portal.Address);
        foreach (var (name, origin) in s_foreign)
        {
            var line = origin is null ? "" : $"Origin: {Fill(origin, portal.Address)}\r\n";
            foreach (var path in new[] { "/_blazor", "/_BLAZOR", "/_blazor?id=x", "/_blazor/" })
            {
                var answer = await SendAsync(portal.Address, $"GET {path} HTTP/1.1\r\n{Upgrade}{line}Cookie: {cookie}\r\n");
                Assert.True(answer == 403, $"{name} {path}: {answer}");
            }

            foreach (var path in new[] { "/_blazor/negotiate?negotiateVersion=1", "/_blazor/disconnect" })
            {
                var answer = await SendAsync(portal.Address, $"POST {path} HTTP/1.1\r\nContent-Length: 0\r\n{line}Cookie: {cookie}\r\n");
                Assert.True(answer == 403, $"{name} {path}: {answer}");
            }
        }
    }

    [Fact]
    [Trait("Requirement", "R-34")]
    public async Task The_hub_takes_its_own_origin_and_only_from_somebody_signed_in()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        var own = $"Origin: {portal.Address.GetLeftPart(UriPartial.Authority)}\r\n";
        var cookie = $"Cookie: {browser.Cookies.GetCookieHeader(portal.Address)}\r\n";

        Assert.Equal(101, await SendAsync(portal.Address, $"GET /_blazor HTTP/1.1\r\n{Upgrade}{own}{cookie}"));
        Assert.Equal(200, await SendAsync(portal.Address, $"POST /_blazor/negotiate?negotiateVersion=1 HTTP/1.1\r\nContent-Length: 0\r\n{own}{cookie}"));
        Assert.Equal(401, await SendAsync(portal.Address, $"GET /_blazor HTTP/1.1\r\n{Upgrade}{own}"));
        Assert.Equal(401, await SendAsync(portal.Address, $"POST /_blazor/negotiate?negotiateVersion=1 HTTP/1.1\r\nContent-Length: 0\r\n{own}"));
    }

    [Fact]
    [Trait("Requirement", "R-35")]
    public async Task A_post_from_another_site_is_refused_even_with_cookie_and_token()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        var token = await browser.AntiforgeryTokenAsync();
        (string Name, string Value)[][] foreign =
        [
            [("Origin", "https://evil.example")], [("Origin", "null")], [("Origin", $"https://{portal.Address.Authority}")],
            [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
        ];
        foreach (var headers in foreign)
        {
            foreach (var path in new[] { "/sign-out", "/preferences" })
            {
                var answer = await browser.SendAsync(
                    HttpMethod.Post, path, new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("theme", "dark")]), headers);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostAsync("/preferences", ("theme", "dark"))).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "R-35")]
    public async Task A_post_without_a_token_changes_nothing()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        foreach (var path in new[] { "/sign-out", "/preferences" })
        {
            var answer = await browser.SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent([new("theme", "dark")]));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("portal-theme", StringComparison.Ordinal)));
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "R-35")]
    public async Task A_get_changes_nothing()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        foreach (var path in new[] { "/sign-out", "/preferences?theme=dark" })
        {
            var answer = await browser.SendAsync(HttpMethod.Get, path);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"GET {path}: {answer.StatusCode}");
            Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("portal-theme", StringComparison.Ordinal)));
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);
    }

    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private static readonly (string Name, string? Origin)[] s_foreign =
    [
        ("missing", null), ("null", "null"), ("empty", ""), ("foreign", "https://evil.example"), ("other scheme", "https://{authority}"),
        ("other port", "http://{host}:1"), ("no port", "http://{host}"), ("look-alike suffix", "http://{authority}.evil.example"),
        ("look-alike user", "http://{authority}@evil.example"), ("with a path", "http://{authority}/"), ("two in one", "http://{authority} http://evil.example"),
    ];

    private static string Fill(string origin, Uri address) => origin
        .Replace("{authority}", address.Authority, StringComparison.Ordinal).Replace("{host}", address.Host, StringComparison.Ordinal);

    private static async Task<int> SendAsync(Uri address, string head)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Host: {address.Authority}\r\n\r\n"));
        var buffer = new byte[64];
        var read = await stream.ReadAtLeastAsync(buffer, "HTTP/1.1 200".Length, throwOnEndOfStream: false);
        return int.Parse(Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
