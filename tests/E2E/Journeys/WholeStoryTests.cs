using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>The README's whole story: somebody replaces a device in the browser, and the hardware are processes of their own.</summary>
public sealed class WholeStoryTests(PortalFixture portal) : Journey(portal)
{
    /// <summary>A process starts, finds its asset and connects; what the screen does then is within a second, elsewhere.</summary>
    private static readonly LocatorAssertionsToBeVisibleOptions s_patience = new() { Timeout = 40_000 };

    [Fact]
    public async Task A_newcomer_replaces_a_device_and_plays_the_new_hardware_and_then_the_old_one()
    {
        using var server = await PortalServerProcess.StartAsync();
        var page = await OpenBrowserAsync();
        await page.GotoAsync($"{server.Address}sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Olga Brandt" }).ClickAsync();
        await AtHomeAsync(page);
        var assetId = server.AnyOnlineMeter();
        await page.GotoAsync($"{server.Address}assets/{assetId}");
        await page.Locator("main [data-interactive]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var oldKey = (await page.Locator("#device-key").TextContentAsync())!;
        var (asset, data) = (new AssetPage(page), new AssetDataSection(page));
        await Expect(data.Changes).ToHaveCountAsync(0);

        var dialog = await asset.ReplaceAsync();
        await dialog.ReplaceAsync($"{assetId}-new");
        var secret = await dialog.ReadSecretAsync();
        await dialog.Stored.ClickAsync();
        await Expect(dialog.Dialog.GetByText("No sign-in yet from")).ToBeVisibleAsync();

        server.Simulate(assetId, $" {secret}\r"); // pasted with what was copied along
        await Expect(dialog.Dialog.GetByText("The new hardware has connected")).ToBeVisibleAsync(s_patience);
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await asset.ExpectStatusAsync("Online");
        await asset.ExpectKeyAsync($"{assetId}-new");

        // The chart goes on: a mark where the hardware changed, and what the new unit has sent since.
        await Expect(data.Chart).ToBeVisibleAsync();
        await Expect(data.Changes).ToHaveCountAsync(1);
        await Expect(data.Changes).ToContainTextAsync("Last before");
        await Expect(data.Changes).ToContainTextAsync("First after");
        await Expect(data.Changes).Not.ToContainTextAsync("nothing yet", new() { Timeout = 20_000 });

        server.Simulate(assetId, "", "--old");
        var knocks = page.Locator(".knocks");
        await Expect(knocks).ToBeVisibleAsync(s_patience);
        await Expect(knocks).ToContainTextAsync("The old unit is still powered");
        await Expect(knocks).ToContainTextAsync($"{oldKey} · 1 try");
        await asset.ExpectStatusAsync("Online");
    }
}
