using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

public sealed class AssetPage(IPage page)
{
    /// <summary>The line on every page about secrets that are not confirmed.</summary>
    public ILocator Inbox => page.Locator(".inbox");

    public static async Task<AssetPage> OpenAsync(IPage page, string assetId)
    {
        await page.GotoAsync($"/assets/{assetId}");
        await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return new AssetPage(page);
    }

    public async Task<ReplacementDialog> ReplaceAsync()
    {
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true }).ClickAsync();
        var dialog = new ReplacementDialog(page);
        await Expect(dialog.NewKey).ToBeFocusedAsync();
        return dialog;
    }

    public async Task<ReplacementDialog> OpenSecretFromInboxAsync()
    {
        await Inbox.GetByRole(AriaRole.Button).First.ClickAsync();
        var dialog = new ReplacementDialog(page);
        await Expect(dialog.Stored).ToBeVisibleAsync();
        return dialog;
    }

    public Task ExpectKeyAsync(string deviceKey) => Expect(page.Locator("#device-key")).ToHaveTextAsync(deviceKey);

    public Task ExpectStatusAsync(string status) => Expect(page.Locator("main header .badge")).ToHaveTextAsync(status);
}
