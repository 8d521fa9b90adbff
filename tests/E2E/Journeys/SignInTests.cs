using E2E.Infrastructure;
using Microsoft.Playwright;

namespace E2E.Journeys;

public sealed class SignInTests(PortalFixture portal) : Journey(portal)
{
    [Fact]
    public async Task Operator_signs_in_with_one_click_and_signs_out_again()
    {
        var page = await SignInAsync("Olga Brandt");

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await page.Locator("summary", new() { HasText = "Olga" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync("/devices");

        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Olga Brandt" })).ToBeVisibleAsync();
    }
}
