using System.Net;
using Portal;
using Unit.Support;

namespace Unit.Security;

[Trait("Requirement", "R-36")]
public sealed class ReturnAddressTests
{
    private static readonly Uri s_site = new("https://portal.example/sign-in");

    [Fact]
    public void No_trick_leads_off_the_site()
    {
        var tricks = Tricks().Distinct().ToList();
        Assert.True(tricks.Count >= 300, $"{tricks.Count} tricks");

        var followed = tricks.Where(trick => !StaysOnSite(PortalRoutes.Local(trick))).ToList();

        Assert.Empty(followed);
    }

    [Fact]
    public async Task Tricks_end_on_the_site_after_a_real_sign_in_too()
    {
        await using var portal = PortalServer.Start();
        foreach (var trick in Tricks().Prepend("/;//evil。example").Distinct().Where((_, index) => index % Scale.Of(100, 1) == 0))
        {
            using var browser = portal.NewBrowser();
            var page = await browser.SignInAsync("olga", trick);
            Assert.True(page.RequestMessage!.RequestUri!.Authority == portal.Address.Authority, trick);
            Assert.True((int)page.StatusCode < 500, trick);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/devices?q=status%3Ainactive&org=o15724301680011")]
    [InlineData("/assets/a%2Fb")]
    [InlineData("/devices?q=https://example.org//x")]
    [InlineData("/devices#top")]
    public void A_page_of_the_portal_is_kept(string address) => Assert.Equal(address, PortalRoutes.Local(address));

    [Fact]
    public void Letters_outside_ascii_are_kept_as_a_header_takes_them() =>
        Assert.Equal("/devices?q=%E9%80%86%20b", PortalRoutes.Local("/devices?q=逆%20b"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("devices")]
    [InlineData("~/devices")]
    public void Anything_else_is_the_home_page(string? address) => Assert.Equal("/", PortalRoutes.Local(address));

    /// <summary>Whether a browser would stay, read the way browsers read addresses: "\" is "/", tabs and line breaks are dropped, blanks around are cut.</summary>
    private static bool StaysOnSite(string address)
    {
        string[] readings = [address, WebUtility.UrlDecode(address), Uri.UnescapeDataString(Uri.UnescapeDataString(address))];
        return readings.All(reading =>
        {
            var seen = new string([.. reading.Where(character => character is not ('\t' or '\n' or '\r'))]).Trim().Replace('\\', '/');
            return seen is ['/', ..] && !seen.StartsWith("//", StringComparison.Ordinal)
                && Uri.TryCreate(s_site, seen, out var target) && target.Authority == s_site.Authority && target.Scheme == s_site.Scheme;
        });
    }

    private static IEnumerable<string> Tricks()
    {
        string[] hosts = ["evil.example", "evil.example/devices", "portal.example@evil.example", "evil.example:443", "[::1]", "2130706433", "evil。example", "ⓔⓥⓘⓛ.example"];
        string[] leads =
        [
            "//", "///", "////", "/\\", "\\/", "\\\\", "\\", "/\t/", "\t//", "/\n/", "/\r\n/", " //", "/ /../..//", "/%09/", "/%5C", "/%2F", "/%2f%2f", "/%5c%5c", "/.//",
            "/..//", "/./\\", "/;//", "http://", "https://", "HTTPS://", "https:", "https:/", "http:\\\\", "ftp://", "ws://", "//%E3%80%82", "/\0/", "/\u0001//", "\u00a0//",
            "/\u2028/", "/\u200b/\\", "/%00//", "javascript://", "data:text/html,//", "/%252f%252f", "/a/../..//", "/a/..//", "/%2e%2e//", "/%2e%2e/%2f", "/\ud83d",
        ];
        foreach (var lead in leads)
        {
            foreach (var host in hosts)
            {
                yield return lead + host;
            }
        }

        yield return "javascript:alert(1)";
        yield return "/" + new string('a', 5000);
    }
}
