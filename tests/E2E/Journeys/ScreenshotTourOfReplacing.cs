using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Core.Connections;
using Portal.Core.Replacements;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>Pictures of the way from an asset to its new hardware; see <see cref="ScreenshotTour"/>.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ScreenshotTourOfReplacing(PortalFixture portal) : Journey(portal)
{
    public static bool IsWanted => Camera.Folder is not null;

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Every_step_of_a_replacement()
    {
        var fleet = new Fleet(Portal);
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            var device = fleet.Next();
            var page = await SignInAsync("Olga Brandt", camera.Browser);
            await AssetPage.OpenAsync(page, device.AssetId);
            await camera.ShootAsync(page, "asset");
            await page.Locator("main .page-actions .btn-quiet").ClickAsync();
            await camera.ShootAsync(page, "asset-api");
            await page.Locator(".drawer-head button").ClickAsync();
            await Expect(page.Locator(".drawer")).ToHaveCountAsync(0);
            await page.Locator("main .page-actions .btn-primary").ClickAsync();

            var dialog = page.GetByRole(AriaRole.Dialog);
            var key = dialog.Locator(".key-input");
            await Expect(key).ToBeFocusedAsync();
            await camera.ShootAsync(page, "replace-1-begin");
            var old = await dialog.Locator(".side-retires .side-main").TextContentAsync();
            foreach (var (typed, name) in ((string, string)[])[("logger new?17", "illegal"), ("ab", "short"), (old!, "same"), (new string('k', 70), "long")])
            {
                await key.FillAsync(typed);
                await camera.ShootAsync(page, $"replace-2-{name}", 500);
            }

            await key.FillAsync($" {device.AssetId}-O0l1I-new ");
            await dialog.Locator(".key-aid").ClickAsync();
            await dialog.Locator(".chip").First.ClickAsync();
            await Expect(dialog.Locator(".flow-foot .btn-primary")).Not.ToHaveAttributeAsync("aria-disabled", "true");
            await camera.ShootAsync(page, "replace-3-ready");
            await dialog.Locator(".flow-part [aria-expanded], .stack-tight [aria-expanded]").First.ClickAsync();
            await dialog.Locator("pre").First.ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "replace-4-api");
            await dialog.Locator(".flow-foot .btn-primary").ClickAsync();
            await Expect(dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", "masked");
            await camera.ShootAsync(page, "replace-5-masked");
            await dialog.Locator("[data-act=toggle]").ClickAsync();
            await Expect(dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", "shown");
            await camera.ShootAsync(page, "replace-5-shown");
            await dialog.Locator("[data-act=qr]").ClickAsync();
            await Expect(dialog.Locator("canvas")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "replace-5-qr");
            await dialog.Locator("[data-act=later]").ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await camera.ShootAsync(page, "asset-waiting");
            await page.GotoAsync("/");
            await ReadyAsync(page);
            await camera.ShootAsync(page, "home-inbox", 500);
            await page.Locator(".inbox button").First.ClickAsync();
            await dialog.Locator("[data-act=fetch]").ClickAsync();
            await dialog.Locator("[data-act=ack]").ClickAsync();
            await Expect(dialog.Locator(".wait")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "replace-6-waiting");
            await Portal.Services.GetRequiredService<SignInService>().RecordSignInAsync(new DeviceSignIn(device.ProductKey, $"{device.AssetId}-O0l1I-new", 2, "192.0.2.77"));
            await Expect(dialog.Locator(".wait-done")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "replace-6-connected");
            await dialog.Locator(".flow-foot .btn-primary").ClickAsync();

            await AssetPage.OpenAsync(page, device.AssetId);
            await camera.ShootAsync(page, "asset-replaced");
            await page.Locator("main .page-actions .btn:not(.btn-quiet, .btn-primary)").ClickAsync();
            await Expect(dialog.Locator(".sides")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "reissue");
        }
    }
}
