using System.Globalization;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;

namespace E2E.Journeys;

/// <summary>Pictures of every page in every size and theme, to be looked at: <c>PORTAL_SCREENSHOTS=folder</c>.</summary>
public sealed class ScreenshotTour(PortalFixture portal) : Journey(portal)
{
    private static readonly string? s_folder = Environment.GetEnvironmentVariable("PORTAL_SCREENSHOTS");

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Every_page_in_every_size_and_theme()
    {
        foreach (var size in Screens.Sizes)
        {
            foreach (var theme in Screens.Themes)
            {
                var page = await SignInAsync("Ada Lindqvist", Screens.Of(size, theme));
                await ShootAsync(page, "home", size, theme);
                foreach (var path in (string[])[PortalRoutes.Devices, PortalRoutes.Import, PortalRoutes.Audit, PortalRoutes.People, PortalRoutes.NotFound])
                {
                    await page.GotoAsync(path);
                    await ReadyAsync(page);
                    await page.WaitForTimeoutAsync(400);
                    await ShootAsync(page, path.Trim('/'), size, theme);
                }
            }
        }
    }

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Applications_and_what_is_shown_of_the_api()
    {
        foreach (var size in Screens.Sizes)
        {
            foreach (var theme in Screens.Themes)
            {
                var page = await SignInAsync("Ada Lindqvist", Screens.Of(size, theme));
                var dialog = page.GetByRole(AriaRole.Dialog);
                await GoAsync(page, PortalRoutes.Applications);
                await ShootAsync(page, "applications", size, theme);
                await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = "New application" }).ClickAsync();
                await dialog.GetByLabel("Allow V2.1 calls").CheckAsync();
                await ShootAsync(page, "applications-new", size, theme);
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

                var (application, _, _) = await ApplicationPage.CreateAsync(page, $"Spare parts {size.Width} {theme}");
                await application.StartKeyAsync("Set up");
                await ShootAsync(page, "applications-key", size, theme);
                await application.MakeKeyAsync();
                await application.StartKeyAsync("Renew");
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key pair" }).ClickAsync();
                await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Save .pem" })).ToBeFocusedAsync();
                await ShootAsync(page, "applications-pair", size, theme);
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Register a public key" }).ClickAsync();
                await ShootAsync(page, "applications-paste", size, theme);
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a pair in this browser" }).ClickAsync();
                await application.MakeKeyAsync();
                await ShootAsync(page, "application", size, theme);
                await page.Locator(".samples").ScrollIntoViewIfNeededAsync();
                await ShootAsync(page, "application-samples", size, theme);
                await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Rotate", Exact = true }).ClickAsync();
                await page.WaitForTimeoutAsync(300);
                await ShootAsync(page, "application-rotate", size, theme);
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

                var asset = await AssetPage.OpenAsync(page, new Fleet(Portal).Next().AssetId);
                await page.GetByRole(AriaRole.Button, new() { Name = "Same as API" }).ClickAsync();
                await page.WaitForTimeoutAsync(300);
                await ShootAsync(page, "asset-api", size, theme);
                await page.Locator(".drawer").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
                await Assertions.Expect(page.Locator(".drawer")).ToHaveCountAsync(0);
                var replace = await asset.ReplaceAsync();
                await replace.FillAsync("logger-new-17");
                await replace.Dialog.GetByRole(AriaRole.Button, new() { Name = "Same as API" }).ClickAsync();
                await replace.Dialog.Locator("pre").First.ScrollIntoViewIfNeededAsync();
                await page.WaitForTimeoutAsync(300);
                await ShootAsync(page, "replace-api", size, theme);
            }
        }
    }

    public static bool IsWanted => s_folder is not null;

    private static async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForTimeoutAsync(400);
    }

    private static Task ShootAsync(IPage page, string name, (int Width, int Height) size, ColorScheme theme) => page.ScreenshotAsync(new()
    {
        Path = Path.Combine(s_folder!, string.Create(CultureInfo.InvariantCulture, $"{name}-{size.Width}-{theme}.png")),
    });
}
