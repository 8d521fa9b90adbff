using System.Text.RegularExpressions;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>Pictures of applications and their dialogs; see <see cref="ScreenshotTour"/>.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ScreenshotTourOfApplications(PortalFixture portal) : Journey(portal)
{
    public static bool IsWanted => Camera.Folder is not null;

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Every_dialog_of_an_application()
    {
        foreach (var camera in Camera.All)
        {
            var page = await SignInAsync("Ada Lindqvist", camera.Browser);
            var dialog = page.GetByRole(AriaRole.Dialog);
            await GoAsync(page, PortalRoutes.Applications);
            await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = "New application" }).ClickAsync();
            await dialog.GetByLabel("Allow V2.1 calls").CheckAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
            await Expect(dialog.Locator(".field-error")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "applications-new");
            await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync($"Spare parts {camera.Name}");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
            await Expect(dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", "masked");
            await camera.ShootAsync(page, "applications-secret");
            var application = new ApplicationPage(page);
            await application.ReadAndStoreSecretKeyAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/applications/.+\\?"));
            await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await camera.ShootAsync(page, "application-new", 400);

            await application.StartKeyAsync("Set up");
            await camera.ShootAsync(page, "applications-key");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Register a public key" }).ClickAsync();
            await dialog.GetByLabel("Public key", new() { Exact = true }).FillAsync("This is no key at all");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Register", Exact = true }).ClickAsync();
            await camera.ShootAsync(page, "applications-paste", 500);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a pair in this browser" }).ClickAsync();
            await application.MakeKeyAsync();
            await application.StartKeyAsync("Renew");
            await camera.ShootAsync(page, "applications-renew");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key pair" }).ClickAsync();
            await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Save .pem" })).ToBeFocusedAsync();
            await camera.ShootAsync(page, "applications-pair");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await application.StartKeyAsync("Renew");
            await application.MakeKeyAsync();
            await camera.ShootAsync(page, "application");
            await page.Locator(".samples").ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "application-samples");
            foreach (var name in (string[])["Rotate", "Delete", "Disable", "Edit", "Switch now"])
            {
                await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First.ClickAsync();
                await Expect(dialog).ToBeVisibleAsync();
                await camera.ShootAsync(page, $"application-{name.Split(' ')[0]}");
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
                await Expect(dialog).ToHaveCountAsync(0);
            }

            await GoAsync(page, PortalRoutes.Applications);
            await camera.ShootAsync(page, "applications-list");
        }
    }
}
