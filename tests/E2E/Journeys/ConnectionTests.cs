using System.Diagnostics;
using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>What people see of the hardware on site: the new unit that connects, the old one that still tries.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ConnectionTests(PortalFixture portal) : Journey(portal)
{
    private const float ASecond = 1000;

    private readonly Fleet _fleet = new(portal);

    [Fact]
    public async Task Every_open_screen_turns_green_within_a_second_of_the_first_sign_in_and_tells_of_the_old_unit_before()
    {
        _fleet.ForgetWaiting();
        var device = _fleet.Next();
        var newKey = $"{device.AssetId}-new";
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        var oldKey = (await page.Locator("#device-key").TextContentAsync())!;
        var dialog = await asset.ReplaceAsync();
        await dialog.ReplaceAsync(newKey);
        var secret = await dialog.ReadSecretAsync();
        await dialog.Stored.ClickAsync();
        await Expect(dialog.Dialog.GetByText("No sign-in yet from")).ToBeVisibleAsync();
        var home = await OpenTabAsync(page, PortalRoutes.Home);
        var grid = await OpenTabAsync(page, PortalRoutes.Search($"asset:{device.AssetId}", null));
        var other = await OpenTabAsync(page, $"/assets/{device.AssetId}");
        var waiting = home.Locator("[aria-labelledby=home-waiting] li", new() { HasText = newKey });
        await Expect(waiting).ToBeVisibleAsync();
        await Expect(grid.Locator("tbody .badge").First).ToHaveTextAsync("Inactive");

        // The old unit goes on, and somebody has mistyped the secret.
        await new Hardware(Portal, device.ProductKey, oldKey, "the secret that it had").KnockAsync(3);
        await new Hardware(Portal, device.ProductKey, newKey, "mistyped").KnockAsync(2, "192.0.2.77");
        await Expect(dialog.Dialog.Locator(".callout", new() { HasText = "The old unit is still powered" })).ToContainTextAsync("3 tries");
        await Expect(dialog.Dialog.Locator(".callout", new() { HasText = "The right key with a wrong secret" })).ToContainTextAsync("2 tries");
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the waiting screen with knocks");
        await Expect(waiting).ToContainTextAsync("The old unit is still powered: 3 tries");
        await Expect(other.Locator(".callout", new() { HasText = "wrong secret" })).ToContainTextAsync("Was the secret typed correctly?");

        var clock = Stopwatch.StartNew();
        var session = await new Hardware(Portal, device.ProductKey, newKey, secret).SignInAsync();
        Assert.Null(session.Error);
        var signedIn = clock.Elapsed;
        await Task.WhenAll(
            Expect(dialog.Dialog.GetByText("The new hardware has connected")).ToBeVisibleAsync(new() { Timeout = ASecond }),
            Expect(waiting).ToHaveCountAsync(0, new() { Timeout = ASecond }),
            Expect(grid.Locator("tbody .badge").First).ToHaveTextAsync("Online", new() { Timeout = ASecond }),
            Expect(other.Locator("main header .badge")).ToHaveTextAsync("Online", new() { Timeout = ASecond }));
        TestContext.Current.SendDiagnosticMessage($"Signed in after {signedIn.TotalMilliseconds:N0} ms, every screen green after {clock.Elapsed.TotalMilliseconds:N0} ms");

        // What was wrong before is over; the old unit is still there.
        await Expect(other.Locator(".callout", new() { HasText = "wrong secret" })).ToHaveCountAsync(0);
        await Expect(other.Locator(".callout", new() { HasText = "The old unit is still powered" })).ToBeVisibleAsync();
        await Expect(other.Locator(".connections tbody tr").First).ToContainTextAsync("Activated");
        new Hardware(Portal, device.ProductKey, newKey, secret).Leave(session.Value!);
        await Expect(other.Locator(".connections tbody tr").First).ToContainTextAsync("The connection was lost");
        await Expect(other.Locator("main header .badge")).ToHaveTextAsync("Offline");
        await ExpectAccessibleAsync(other.Locator("main").RunAxe(), "an asset page with a connection log");
        await ExpectAccessibleAsync(home.Locator("main").RunAxe(), "the home page");
    }

    [Fact]
    public async Task A_unit_of_another_asset_is_named_and_leads_to_that_asset()
    {
        var (device, neighbour) = (_fleet.Next(), _fleet.Next());
        while (neighbour.ProductKey != device.ProductKey)
        {
            neighbour = _fleet.Next();
        }

        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, neighbour.AssetId);
        var itsOwnKey = (await page.Locator("#device-key").TextContentAsync())!;
        await AssetPage.OpenAsync(page, device.AssetId);
        var key = (await page.Locator("#device-key").TextContentAsync())!;

        await new Hardware(Portal, device.ProductKey, key, "its own").KnockAsync(1, callsItself: itsOwnKey);

        await Expect(page.Locator(".knocks")).ToContainTextAsync($"A unit of asset {neighbour.AssetId} tries with this asset's key");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open that asset" }).ClickAsync();
        await Expect(page.Locator("#asset-id")).ToHaveTextAsync(neighbour.AssetId);
        await asset.ExpectKeyAsync(itsOwnKey);
        await Expect(page.Locator(".knocks")).ToHaveCountAsync(0);
        await Expect(page.Locator(".connections")).ToContainTextAsync("No device has tried");
    }

    private static async Task<IPage> OpenTabAsync(IPage page, string address)
    {
        var tab = await page.Context.NewPageAsync();
        await GoAsync(tab, address);
        return tab;
    }
}
