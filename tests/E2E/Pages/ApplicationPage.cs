using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>One application, from the form that makes it on.</summary>
public sealed class ApplicationPage(IPage page)
{
    public ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    public ILocator Keys => page.Locator(".keys > li");

    /// <summary>Of the key that stands first.</summary>
    public ILocator Fingerprint => page.Locator(".keys .key").First;

    /// <summary>Makes one and reads its secret key, as a person with a text editor beside would.</summary>
    public static async Task<(ApplicationPage Page, string AccessKey, string SecretKey)> CreateAsync(IPage page, string name, params string[] moreRights)
    {
        await page.GotoAsync("/applications");
        await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var application = new ApplicationPage(page);
        await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = "New application" }).ClickAsync();
        await application.Dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        foreach (var right in moreRights)
        {
            await application.Dialog.GetByLabel(right).CheckAsync();
        }

        await application.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var accessKey = await application.Dialog.Locator(".facts .key").TextContentAsync();
        var secretKey = await application.ReadAndStoreSecretKeyAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/applications/{accessKey}\\?"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
        await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return (application, accessKey!, secretKey);
    }

    public async Task<string> ReadAndStoreSecretKeyAsync()
    {
        var reveal = new ReplacementDialog(page);
        await reveal.ExpectPhaseAsync("masked");
        var secretKey = await reveal.ReadSecretAsync();
        await reveal.Stored.ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        return secretKey;
    }

    public async Task StartKeyAsync(string button)
    {
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key pair" })).ToBeVisibleAsync();
    }

    /// <summary>Makes a pair in the browser and registers its public half.</summary>
    /// <returns>The file with the private key.</returns>
    public async Task<string> MakeKeyAsync()
    {
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key pair" }).ClickAsync();
        var register = Dialog.GetByRole(AriaRole.Button, new() { Name = "I have stored it" });
        var save = Dialog.GetByRole(AriaRole.Button, new() { Name = "Save .pem" });

        // A browser looks for two primes of 1536 bits by chance: half a second mostly, now and then many.
        await Expect(save).ToBeFocusedAsync(new() { Timeout = 60_000 });
        await Expect(register).ToBeDisabledAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => save.ClickAsync());
        Assert.EndsWith("-private-key.pem", download.SuggestedFilename, StringComparison.Ordinal);
        await register.ClickAsync();
        await Expect(Dialog.Locator(".callout-good")).ToBeVisibleAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        return await download.PathAsync();
    }
}
