using System.Text.Json;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;

namespace E2E.Journeys;

/// <summary>The endpoints that carry a secret, asked as a hostile page or person would.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class RevealEndpointTests(PortalFixture portal) : Journey(portal)
{
    private readonly Fleet _fleet = new(portal);

    [Fact]
    [Trait("Requirement", "R-11")]
    [Trait("Requirement", "R-13")]
    [Trait("Requirement", "R-14")]
    public async Task A_secret_goes_to_its_maker_only_a_few_times_and_never_after_the_confirmation()
    {
        var (page, url, token) = await ReplaceAsync();

        var shown = await PostAsync(page, url, token);
        Assert.Equal(200, shown.Status);
        Assert.Equal(32, (await shown.BodyAsync()).Length);
        Assert.Equal("no-store, no-transform", shown.Headers["cache-control"]);
        Assert.Equal("application/octet-stream", shown.Headers["content-type"]);
        Assert.Equal("2", shown.Headers["reveal-display"]);
        Assert.Equal("5", shown.Headers["reveal-limit"]);
        Assert.DoesNotContain("content-encoding", shown.Headers.Keys);
        Assert.DoesNotContain("etag", shown.Headers.Keys);

        var others = await SignInAsync("Ada Lindqvist");
        await ExpectProblemAsync(await PostAsync(others, url, await TokenAsync(others)), 404, "RevealNotFound");
        await ExpectProblemAsync(await PostAsync(others, $"{url}/ack", await TokenAsync(others)), 404, "RevealNotFound");
        await ExpectProblemAsync(await PostAsync(page, $"/ui/reveal/{Guid.NewGuid()}", token), 404, "RevealNotFound");

        Assert.Equal("3", (await PostAsync(page, $"{url}/qr", token)).Headers["reveal-display"]);
        Assert.Equal("4", (await PostAsync(page, url, token)).Headers["reveal-display"]);
        Assert.Equal("5", (await PostAsync(page, url, token)).Headers["reveal-display"]);
        await ExpectProblemAsync(await PostAsync(page, url, token), 410, "RevealClosed");

        Assert.Equal(204, (await PostAsync(page, $"{url}/ack", token)).Status);
        Assert.Equal(204, (await PostAsync(page, $"{url}/ack", token)).Status);
        await ExpectProblemAsync(await PostAsync(page, url, token), 410, "RevealClosed");
        await ExpectProblemAsync(await PostAsync(page, $"{url}/qr", token), 410, "RevealClosed");
    }

    [Fact]
    [Trait("Requirement", "R-35")]
    public async Task A_secret_is_given_only_to_a_post_of_our_own_page()
    {
        var (page, url, token) = await ReplaceAsync();
        var own = Portal.Address.GetLeftPart(UriPartial.Authority);

        Assert.InRange((await page.APIRequest.GetAsync(url)).Status, 404, 405);
        Assert.Equal(400, (await PostAsync(page, url, token: "")).Status);
        Assert.Equal(400, (await PostAsync(page, url, token: "forged")).Status);
        Assert.Equal(403, (await PostAsync(page, url, token, origin: "https://evil.example")).Status);
        Assert.Equal(403, (await PostAsync(page, url, token, origin: "null")).Status);
        Assert.Equal(403, (await PostAsync(page, url, token, origin: null)).Status);
        Assert.Equal(403, (await PostAsync(page, url, token, origin: own, site: "cross-site")).Status);
        Assert.Equal(403, (await PostAsync(page, url, token, origin: own, site: "same-site")).Status);
        var stranger = await OpenBrowserAsync();
        Assert.Equal(401, (await PostAsync(stranger, url, token)).Status);

        // Not one of these was a display.
        Assert.Equal("2", (await PostAsync(page, url, token)).Headers["reveal-display"]);
    }

    /// <summary>A replacement whose secret was shown once, by the page.</summary>
    private async Task<(IPage Page, string Url, string Token)> ReplaceAsync()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var dialog = await (await AssetPage.OpenAsync(page, device.AssetId)).ReplaceAsync();
        await dialog.ReplaceAsync($"{device.AssetId}-new");
        return (page, (await page.Locator(".reveal").GetAttributeAsync("data-url"))!, await TokenAsync(page));
    }

    private static async Task<string> TokenAsync(IPage page) => (await page.Locator("meta[name=antiforgery-token]").GetAttributeAsync("content"))!;

    private Task<IAPIResponse> PostAsync(IPage page, string url, string token) =>
        PostAsync(page, url, token, Portal.Address.GetLeftPart(UriPartial.Authority));

    private static Task<IAPIResponse> PostAsync(IPage page, string url, string token, string? origin, string? site = null)
    {
        var headers = new Dictionary<string, string> { ["RequestVerificationToken"] = token };
        if (origin is not null)
        {
            headers["Origin"] = origin;
        }

        if (site is not null)
        {
            headers["Sec-Fetch-Site"] = site;
        }

        return page.APIRequest.PostAsync(url, new() { Headers = headers, MaxRedirects = 0 });
    }

    private static async Task ExpectProblemAsync(IAPIResponse response, int status, string code)
    {
        Assert.Equal(status, response.Status);
        Assert.Equal("application/problem+json", response.Headers["content-type"]);
        using var problem = JsonDocument.Parse(await response.TextAsync());
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("title").GetString()!);
    }
}
