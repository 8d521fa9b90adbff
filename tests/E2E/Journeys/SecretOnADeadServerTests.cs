using System.Diagnostics;
using System.Text.RegularExpressions;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>The server's process is killed, or the browser keeps the page for later, while a secret is on the screen.</summary>
public sealed partial class SecretOnADeadServerTests(PortalFixture portal) : Journey(portal)
{
    private const string Readable = "document.documentElement.outerHTML + [...document.querySelectorAll('input,textarea')].map(field => field.value).join() + JSON.stringify([{...localStorage}, {...sessionStorage}])";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Requirement", "R-10")]
    [Trait("Requirement", "R-16")]
    public async Task A_secret_is_gone_within_a_minute_of_the_servers_death_and_found_again_when_it_is_back()
    {
        using var server = await PortalServerProcess.StartAsync();
        var page = await OpenAsync(server);
        var assetId = server.AnyOnlineAsset();
        var (dialog, secret) = await ReplaceAsync(page, assetId);
        Assert.Contains(secret, await page.EvaluateAsync<string>(Readable), StringComparison.Ordinal);

        server.Kill();
        var watch = Stopwatch.StartNew();
        while ((await page.EvaluateAsync<string>(Readable)).Contains(secret, StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed < s_limit, "a minute after the server died the page still holds the secret");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // Two actions of the same person: open the line that every page has, show again.
        await server.StartAgainAsync();
        page = await page.Context.NewPageAsync(); // the old one reloads itself, when it finds the server again
        await page.GotoAsync($"{server.Address}devices");
        await ReadyAsync(page);
        dialog = await new AssetPage(page).OpenSecretFromInboxAsync();
        await dialog.ShowAgain.ClickAsync();
        Assert.Equal(secret, await dialog.ReadSecretAsync());
        await Expect(dialog.Dialog).ToContainTextAsync("Display 2 of 5");
    }

    [Fact]
    [Trait("Requirement", "R-16")]
    public async Task A_page_that_the_browser_kept_for_the_way_back_holds_no_secret()
    {
        using var server = await PortalServerProcess.StartAsync();

        // Playwright switches it off, and people have it on.
        await using var browser = await Browser.LaunchAsync("--disable-back-forward-cache");
        var page = await browser.NewPageAsync(new() { Locale = "en-GB" });
        await SignInAsync(page, server);
        var (_, secret) = await ReplaceAsync(page, server.AnyOnlineAsset());
        await page.EvaluateAsync(
            """
            () => addEventListener('pageshow', event => {
                window.cameBack = event.persisted;
                window.held = document.documentElement.outerHTML;
            })
            """);

        await page.GotoAsync("about:blank");
        await page.EvaluateAsync("() => history.back()");

        // A page that was kept comes back without loading: there may be no event to wait for, so the page itself is asked where it is.
        await Expect(page).ToHaveURLAsync(new Regex("/assets/"), new() { Timeout = 30_000 });
        await page.WaitForFunctionAsync("() => document.readyState === 'complete'");
        await page.EvaluateAsync("() => new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown)))");

        var kept = await page.EvaluateAsync<bool?>("window.cameBack ?? null");
        TestContext.Current.TestOutputHelper?.WriteLine($"The browser had kept the page: {kept ?? false}");
        Assert.DoesNotContain(secret, await page.EvaluateAsync<string>("window.held ?? ''"), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await page.EvaluateAsync<string>(Readable), StringComparison.Ordinal);
        Assert.Equal(["1"], server.Rows("SELECT CAST(max(displays) AS TEXT) FROM reveal_grants WHERE state = 0"));
    }

    [Fact]
    [Trait("Requirement", "R-33")]
    public async Task A_tab_whose_person_was_exchanged_does_nothing_more_for_either()
    {
        using var server = await PortalServerProcess.StartAsync();
        var tab = await OpenAsync(server);
        var assetId = server.AnyOnlineAsset();
        await tab.GotoAsync($"{server.Address}assets/{assetId}");
        await ReadyAsync(tab);
        await tab.EvaluateAsync("() => { window.stillHere = true; }");
        var before = server.Rows($"SELECT actor_subject FROM audit_entries WHERE asset_id = '{assetId}'");

        // The connection drops; in between somebody else signs in in the same browser.
        await tab.Context.SetOfflineAsync(true);
        await tab.EvaluateAsync("() => Blazor.disconnect()");
        await tab.Context.SetOfflineAsync(false);
        var other = await tab.Context.NewPageAsync();
        await other.GotoAsync($"{server.Address}sign-in?prompt=select_account");
        await other.GetByRole(AriaRole.Button, new() { Name = "Tom Fischer" }).ClickAsync();
        await AtHomeAsync(other);

        Assert.False(await ContinuesAsync(tab));
        Assert.Equal(before, server.Rows($"SELECT actor_subject FROM audit_entries WHERE asset_id = '{assetId}'"));
    }

    /// <summary>Whether the tab goes on where it was. Refused, it may load itself anew before it has said so.</summary>
    private static async Task<bool> ContinuesAsync(IPage tab)
    {
        try
        {
            return await tab.EvaluateAsync<bool>("async () => { try { return await Blazor.reconnect(); } catch { return false; } }");
        }
        catch (PlaywrightException exception) when (exception.Message.Contains("Execution context was destroyed", StringComparison.Ordinal))
        {
            await tab.WaitForFunctionAsync("() => !window.stillHere");
            return false;
        }
    }

    private async Task<IPage> OpenAsync(PortalServerProcess server)
    {
        var page = await OpenBrowserAsync();
        await SignInAsync(page, server);
        return page;
    }

    private static async Task SignInAsync(IPage page, PortalServerProcess server)
    {
        await page.GotoAsync($"{server.Address}sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Olga Brandt" }).ClickAsync();
        await AtHomeAsync(page);
        await ReadyAsync(page);
    }

    private static async Task<(ReplacementDialog Dialog, string Secret)> ReplaceAsync(IPage page, string assetId)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), $"/assets/{assetId}").ToString());
        await ReadyAsync(page);
        var dialog = await new AssetPage(page).ReplaceAsync();
        await dialog.ReplaceAsync($"{assetId}-new");
        var secret = await dialog.ReadSecretAsync();
        Assert.Matches(SecretShape(), secret);
        return (dialog, secret);
    }

    [GeneratedRegex("^[2-9A-HJ-NP-Za-km-z]{32}$")]
    private static partial Regex SecretShape();
}
