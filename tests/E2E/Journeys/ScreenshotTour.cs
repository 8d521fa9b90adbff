using System.Globalization;
using E2E.Infrastructure;
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

    public static bool IsWanted => s_folder is not null;

    private static Task ShootAsync(IPage page, string name, (int Width, int Height) size, ColorScheme theme) => page.ScreenshotAsync(new()
    {
        Path = Path.Combine(s_folder!, string.Create(CultureInfo.InvariantCulture, $"{name}-{size.Width}-{theme}.png")),
    });
}
