using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using Microsoft.Playwright;
using Portal;

namespace E2E.Journeys;

public sealed class AccessibilityTests(PortalFixture portal) : Journey(portal)
{
    public static TheoryData<string> Pages =>
        [PortalRoutes.Home, PortalRoutes.Devices, PortalRoutes.Products, PortalRoutes.Import, PortalRoutes.Applications, PortalRoutes.Audit, PortalRoutes.People, PortalRoutes.NotFound];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Axe_finds_nothing_on_any_page_in_either_theme(string path)
    {
        foreach (var theme in Screens.Themes)
        {
            var page = await SignInAsync("Ada Lindqvist", Screens.Of(Screens.Sizes[0], theme));
            await page.GotoAsync(path);
            await ReadyAsync(page);

            await ExpectAccessibleAsync(page.RunAxe(), $"{path}, {theme}");
        }
    }
}
