using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using Portal.Core.Connections;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>Pictures of what people see of the hardware on site, and of products; see <see cref="ScreenshotTour"/>.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ScreenshotTourOfConnections(PortalFixture portal) : Journey(portal)
{
    private readonly Fleet _fleet = new(portal);

    public static bool IsWanted => Camera.Folder is not null;

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Knocks_and_the_connection_log()
    {
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            _fleet.ForgetWaiting();
            var device = _fleet.Next();
            var newKey = $"{device.AssetId}-new";
            var page = await SignInAsync("Olga Brandt", camera.Browser);
            await AssetPage.OpenAsync(page, device.AssetId);
            await Expect(page.Locator(".connections")).ToBeVisibleAsync();
            await page.Locator(".connections").ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "connections-empty");
            var oldKey = (await page.Locator("#device-key").TextContentAsync())!;
            await page.Locator("main .page-actions .btn-primary").ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.Locator(".key-input").FillAsync(newKey);
            await dialog.Locator(".chip").First.ClickAsync();
            await Expect(dialog.Locator(".flow-foot .btn-primary")).Not.ToHaveAttributeAsync("aria-disabled", "true");
            await dialog.Locator(".flow-foot .btn-primary").ClickAsync();
            await Expect(dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", "masked");
            await dialog.Locator("[data-act=toggle]").ClickAsync();
            await Expect(dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", "shown");
            var secret = (await dialog.Locator("output").TextContentAsync())!;
            await dialog.Locator("[data-act=ack]").ClickAsync();
            await Expect(dialog.Locator(".wait")).ToBeVisibleAsync();

            var other = _fleet.NeighbourOf(device);
            await new Hardware(Portal, device.ProductKey, oldKey, "the secret that it had").KnockAsync(14);
            await new Hardware(Portal, device.ProductKey, newKey, "mistyped").KnockAsync(3, "10.20.30.40");
            await new Hardware(Portal, device.ProductKey, newKey, "another's").KnockAsync(6, "2001:db8:85a3:8d3:1319:8a2e:370:7348", callsItself: other);
            await Expect(dialog.Locator(".callout")).ToHaveCountAsync(3);
            await camera.ShootAsync(page, "wait-knocks", 700);
            await page.GotoAsync(PortalRoutes.Home);
            await ReadyAsync(page);
            await camera.ShootAsync(page, "home-knocks", 500);
            await AssetPage.OpenAsync(page, device.AssetId);
            await camera.ShootAsync(page, "asset-knocks", 500);

            var unit = new Hardware(Portal, device.ProductKey, newKey, secret);
            foreach (var reason in (SignOutReason[])[SignOutReason.Closed, SignOutReason.KeepAlive, SignOutReason.ConnectionLost])
            {
                var session = (await unit.SignInAsync()).Value!;
                unit.Leave(session, reason);
            }

            await unit.SignInAsync();
            await Expect(page.Locator("main header .badge")).ToHaveClassAsync("badge badge-good shape-disc");
            await page.WaitForTimeoutAsync(700);
            await page.Locator(".connections").EvaluateAsync("section => section.scrollIntoView({ block: 'start' })");
            await page.EvaluateAsync("scrollBy(0, -70)");
            await camera.ShootAsync(page, "connections-log");
        }
    }

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Products_and_their_secret()
    {
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            var device = _fleet.Next();
            var page = await SignInAsync("Olga Brandt", camera.Browser);
            await GoAsync(page, PortalRoutes.Products);
            await page.Locator("tr", new() { HasText = device.ProductKey }).GetByRole(AriaRole.Button).ClickAsync();
            var drawer = page.Locator(".drawer");
            await Expect(drawer).ToBeVisibleAsync();
            await camera.ShootAsync(page, "products-drawer");
            await drawer.Locator("input").First.SetCheckedAsync(true);
            await drawer.Locator("input").Last.SetCheckedAsync(true);
            await drawer.Locator("form .btn-primary").ClickAsync(new() { Force = true });
            await camera.ShootAsync(page, "products-saved", 500);
            var dialog = page.GetByRole(AriaRole.Dialog);
            await drawer.Locator("section button").Last.ClickAsync();
            await Expect(dialog).ToBeVisibleAsync();
            await camera.ShootAsync(page, "products-make");
            await dialog.Locator(".flow-foot .btn").Last.ClickAsync();
            await Expect(dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", "masked");
            await camera.ShootAsync(page, "products-secret");
            await dialog.Locator("[data-act=later]").ClickAsync();
            await page.GotoAsync(PortalRoutes.Home);
            await ReadyAsync(page);
            await camera.ShootAsync(page, "home-product-secret", 500);
            await page.Locator(".inbox button").First.ClickAsync();
            await dialog.Locator("[data-act=fetch]").ClickAsync();
            await dialog.Locator("[data-act=ack]").ClickAsync();
            await Expect(dialog.Locator(".callout-good")).ToBeVisibleAsync();
            await dialog.Locator(".flow-foot .btn-primary").ClickAsync();
            await GoAsync(page, PortalRoutes.Product(device.ProductKey, null));
            await camera.ShootAsync(page, "products-open", 500);
            await page.Locator(".drawer section button").Last.ClickAsync();
            await Expect(dialog).ToBeVisibleAsync();
            await camera.ShootAsync(page, "products-renew");
            await dialog.Locator(".flow-foot .btn").First.ClickAsync();

            await AssetPage.OpenAsync(page, device.AssetId);
            await page.Locator("main .page-actions .btn-primary").ClickAsync();
            await dialog.Locator(".key-input").FillAsync($"{device.AssetId}-self");
            await dialog.Locator(".chip").First.ClickAsync();
            await dialog.Locator("label.check input").Nth(1).SetCheckedAsync(true);
            await Expect(dialog.Locator(".flow-foot .btn-primary")).Not.ToHaveAttributeAsync("aria-disabled", "true");
            await dialog.Locator("label.check").Nth(2).ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "replace-fetches");
            await dialog.Locator(".flow-foot .btn-primary").ClickAsync();
            await Expect(dialog.Locator(".wait")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "wait-fetches");
        }
    }
}
