using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal.Core.SampleFleet;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>Pictures of what an asset measured; see <see cref="ScreenshotTour"/>.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ScreenshotTourOfData(PortalFixture portal) : Journey(portal)
{
    private static readonly string[] s_ranges = ["1h", "24h", "7d", "30d"];

    public static bool IsWanted => Camera.Folder is not null;

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Charts_their_table_and_the_reading_of_a_meter()
    {
        var fleet = new Fleet(Portal);
        var (replaced, silent) = (fleet.ReplacedMeter(), fleet.Next().AssetId);
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            var page = await SignInAsync("Olga Brandt", camera.Browser);
            var data = new AssetDataSection(page);
            await AssetPage.OpenAsync(page, silent);
            await data.Section.ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "data-none");
            await AssetPage.OpenAsync(page, replaced);
            await camera.ShootAsync(page, "data-page");
            foreach (var point in (string[])["activePower", SampleSignals.EnergyTotal, "state"])
            {
                await data.Section.Locator("select").SelectOptionAsync(point);
                for (var range = 0; range < s_ranges.Length; range++)
                {
                    await data.Section.Locator(".segments button").Nth(range).ClickAsync();
                    await page.WaitForTimeoutAsync(150);
                    await data.Section.EvaluateAsync("section => section.scrollIntoView({ block: 'end' })");
                    await camera.ShootAsync(page, $"data-{point}-{s_ranges[range]}");
                }
            }

            await data.Section.Locator("select").SelectOptionAsync("activePower");
            await data.Section.Locator(".segments button").Nth(2).ClickAsync();
            await data.PointAtAsync(0.7f);
            await camera.ShootAsync(page, "data-read");
            await data.Section.Locator("button[aria-pressed]:not(.segments *)").ClickAsync();
            await Expect(data.Table).ToBeVisibleAsync();
            await data.Table.ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "data-table");

            await page.Locator("main .page-actions .btn-primary").ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.Locator("details.baseline > summary").ClickAsync();
            await dialog.Locator("details.baseline select").SelectOptionAsync(SampleSignals.EnergyTotal);
            await dialog.Locator("details.baseline input").FillAsync("12,5");
            await dialog.Locator("details.baseline").ScrollIntoViewIfNeededAsync();
            await camera.ShootAsync(page, "data-reading");
        }
    }
}
