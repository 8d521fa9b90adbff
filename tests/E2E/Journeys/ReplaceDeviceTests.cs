using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Core.Connections;
using Portal.Core.Replacements;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

[Collection(Fleet.UsedByOneTestAtATime)]
public sealed partial class ReplaceDeviceTests(PortalFixture portal) : Journey(portal)
{
    private readonly Fleet _fleet = new(portal);

    [Fact]
    [Trait("Requirement", "R-38")]
    public async Task Operator_replaces_a_broken_device_stores_its_secret_and_sees_the_new_hardware_connect()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var wire = Listen(page);

        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        var dialog = await asset.ReplaceAsync();
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the replacement dialog");
        await dialog.ReplaceAsync($"{device.AssetId}-new");
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the replacement dialog");

        var secret = await dialog.ReadSecretAsync();
        Assert.Matches(SecretShape(), secret);
        await dialog.Copy.ClickAsync();
        await Expect(dialog.Says).ToHaveTextAsync("Copied.");
        Assert.Equal(secret, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));

        await dialog.Stored.ClickAsync();
        await Expect(dialog.Dialog.GetByText("No sign-in yet from")).ToBeVisibleAsync();
        await Expect(asset.Inbox).ToHaveCountAsync(0);
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the replacement dialog");

        var connected = await Portal.Services.GetRequiredService<SignInService>()
            .RecordSignInAsync(new DeviceSignIn(device.ProductKey, $"{device.AssetId}-new", 2, "192.0.2.77"));
        Assert.True(connected.IsSuccess);
        await Expect(dialog.Dialog.GetByText("The new hardware has connected")).ToBeVisibleAsync();
        await Expect(dialog.Dialog.GetByText("192.0.2.77")).ToBeVisibleAsync();
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await asset.ExpectKeyAsync($"{device.AssetId}-new");
        await asset.ExpectStatusAsync("Online");
        await ExpectAccessibleAsync(page.Locator("main").RunAxe(), "the asset page");

        // Nothing but the answer to the one POST has ever held it.
        Assert.DoesNotContain(wire, frame => frame.Contains(secret, StringComparison.Ordinal));
        Assert.NotEmpty(wire);
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await page.EvaluateAsync<string>(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, document.title, history.state])"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_who_was_interrupted_finds_the_secret_on_every_page()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        await (await asset.ReplaceAsync()).ReplaceAsync($"{device.AssetId}-new");

        await page.GotoAsync("/devices");
        await Expect(asset.Inbox).ToContainTextAsync("not yet confirmed");
        await ExpectAccessibleAsync(page.RunAxe(), "a page on which a secret waits");
        var dialog = await asset.OpenSecretFromInboxAsync();
        await dialog.ShowAgain.ClickAsync();
        Assert.Matches(SecretShape(), await dialog.ReadSecretAsync());
        await Expect(dialog.Dialog).ToContainTextAsync("Display 2 of 5");
        await dialog.Stored.ClickAsync();

        await Expect(dialog.Dialog.GetByText("No sign-in yet from")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(asset.Inbox).ToHaveCountAsync(0);
    }

    [Fact]
    [Trait("Requirement", "R-16")]
    public async Task Leaving_the_page_wipes_the_secret_and_coming_back_shows_nothing_that_is_not_counted()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        var dialog = await asset.ReplaceAsync();
        await dialog.ReplaceAsync($"{device.AssetId}-new");
        var secret = await dialog.ReadSecretAsync();

        // Each way of leaving, then a display that is counted.
        foreach (var (leave, display) in new[]
        {
            ("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }); document.dispatchEvent(new Event('visibilitychange')); delete document.visibilityState", 2),
            ("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))", 3),
            ("document.dispatchEvent(new CustomEvent('portal:connection', { detail: { state: 'show' } }))", 4),
        })
        {
            await page.EvaluateAsync($"() => {{ {leave}; }}");
            await dialog.ExpectPhaseAsync("idle");
            Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
            await dialog.ShowAgain.ClickAsync();
            Assert.Equal(secret, await dialog.ReadSecretAsync());
            Assert.Equal(display, Displays(device.AssetId));
        }

        // Reload, Back and a second tab bring the line, not the secret.
        await page.ReloadAsync();
        await ReadyAsync(page);
        await page.GotoAsync("/devices");
        await page.GoBackAsync();
        await ReadyAsync(page);
        var other = await page.Context.NewPageAsync();
        await AssetPage.OpenAsync(other, device.AssetId);
        foreach (var tab in new[] { page, other })
        {
            await Expect(tab.Locator(".inbox")).ToBeVisibleAsync();
            Assert.DoesNotContain(secret, await tab.ContentAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(4, Displays(device.AssetId));
    }

    [Fact]
    [Trait("Requirement", "R-16")]
    public async Task A_minute_after_the_server_fell_silent_the_page_holds_no_secret()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        await page.Clock.InstallAsync();
        var dialog = await asset.ReplaceAsync();
        await dialog.NewKey.FillAsync($"{device.AssetId}-new");
        await dialog.Dialog.GetByText("Broken", new() { Exact = true }).ClickAsync();
        await Expect(dialog.Replace).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await dialog.Replace.ClickAsync();
        await dialog.ExpectPhaseAsync("masked");
        var secret = await dialog.ReadSecretAsync();

        // Nothing reaches the page from here on: only its own timer is left.
        await page.Context.SetOfflineAsync(true);
        await page.Clock.FastForwardAsync(60_500);

        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        await page.Context.SetOfflineAsync(false);
    }

    [Theory]
    [InlineData("navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied', 'NotAllowedError'))")]
    [InlineData("Object.defineProperty(navigator, 'clipboard', { value: undefined })")]
    [Trait("Requirement", "R-40")]
    public async Task Where_the_browser_does_not_copy_the_page_says_so_and_selects_the_secret(string browser)
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        await page.EvaluateAsync($"() => {{ {browser}; }}");
        var dialog = await asset.ReplaceAsync();
        await dialog.ReplaceAsync($"{device.AssetId}-new");

        await dialog.Copy.ClickAsync();

        await Expect(dialog.Says).ToContainTextAsync("press Ctrl+C");
        await Expect(dialog.Says).Not.ToContainTextAsync("Copied.");
        Assert.Matches(SecretShape(), await page.EvaluateAsync<string>("getSelection().toString()"));
    }

    [Fact]
    [Trait("Requirement", "R-22")]
    public async Task Five_clicks_replace_once()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var dialog = await (await AssetPage.OpenAsync(page, device.AssetId)).ReplaceAsync();
        await dialog.FillAsync($"{device.AssetId}-new");

        await dialog.Replace.EvaluateAsync("button => { for (let i = 0; i < 5; i++) button.click(); }");
        await dialog.ExpectPhaseAsync("masked");

        Assert.Equal(1, _fleet.Count("SELECT count(*) FROM replacements WHERE note IS NULL AND new_device_key = $key", $"{device.AssetId}-new"));
        Assert.Equal(1, _fleet.Count("SELECT count(*) FROM audit_entries WHERE action = 'device.replace' AND asset_id = $key", device.AssetId));
    }

    [Fact]
    [Trait("Requirement", "R-14")]
    public async Task The_confirmation_is_sent_until_it_is_answered()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var dialog = await (await AssetPage.OpenAsync(page, device.AssetId)).ReplaceAsync();
        await dialog.ReplaceAsync($"{device.AssetId}-new");
        var lost = 0;
        await page.RouteAsync("**/ack", async route =>
        {
            switch (++lost)
            {
                case 1 or 3:
                    await route.AbortAsync();
                    break;

                case 2:
                    await route.FulfillAsync(new() { Status = 503 });
                    break;

                default:
                    await route.ContinueAsync();
                    break;
            }
        });

        await dialog.Stored.ClickAsync();

        await Expect(dialog.Says).ToContainTextAsync("Trying again");
        await Expect(dialog.Dialog.GetByText("No sign-in yet from")).ToBeVisibleAsync();
        Assert.Equal(4, lost);
        Assert.Equal(1, _fleet.Count("SELECT count(*) FROM reveal_grants WHERE close_reason IS NOT NULL AND asset_id = $key", device.AssetId));
    }

    [Fact]
    public async Task A_scanner_that_ends_with_Enter_does_not_send_the_form_and_blanks_at_the_ends_are_told()
    {
        var device = _fleet.Next();
        var page = await SignInAsync();
        var dialog = await (await AssetPage.OpenAsync(page, device.AssetId)).ReplaceAsync();
        await dialog.Dialog.GetByText("Upgrade", new() { Exact = true }).ClickAsync();

        await dialog.NewKey.PressSequentiallyAsync($" {device.AssetId}-new ");
        await Expect(dialog.Replace).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await dialog.NewKey.PressAsync("Enter");

        await Expect(dialog.Dialog).ToContainTextAsync("Blanks at the ends were left out");
        await Expect(dialog.NewKey).ToBeVisibleAsync();
        Assert.Equal(0, _fleet.Count("SELECT count(*) FROM replacements WHERE new_device_key = $key", $"{device.AssetId}-new"));
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog.NewKey).ToBeVisibleAsync();
    }

    /// <summary>Everything but the bodies that are meant to carry the secret: frames both ways, pages, scripts, requests.</summary>
    private static ConcurrentBag<string> Listen(IPage page)
    {
        var wire = new ConcurrentBag<string>();
        page.WebSocket += (_, socket) =>
        {
            socket.FrameReceived += (_, frame) => wire.Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
            socket.FrameSent += (_, frame) => wire.Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
        };
        page.Request += (_, request) => wire.Add($"{request.Url}\n{request.PostData}\n{string.Join('\n', request.Headers.Select(header => header.Value))}");
        page.Response += async (_, response) =>
        {
            wire.Add(string.Join('\n', response.Headers.Select(header => header.Value)));
            if (response.Headers.GetValueOrDefault("content-type")?.StartsWith("text/html", StringComparison.Ordinal) == true)
            {
                try
                {
                    wire.Add(await response.TextAsync());
                }
                catch (PlaywrightException)
                {
                    // A redirect has no body.
                }
            }
        };
        return wire;
    }

    private long Displays(string assetId) => _fleet.Count("SELECT max(displays) FROM reveal_grants WHERE asset_id = $key", assetId);

    [GeneratedRegex("^[2-9A-HJ-NP-Za-km-z]{32}$")]
    private static partial Regex SecretShape();
}
