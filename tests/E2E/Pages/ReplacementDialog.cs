using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>The dialog from the new key to the hardware that connects.</summary>
public sealed class ReplacementDialog(IPage page)
{
    public ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    public ILocator NewKey => Dialog.GetByLabel("New device key");

    public ILocator Replace => Dialog.GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true });

    public ILocator Stored => Dialog.GetByRole(AriaRole.Button, new() { Name = "I have stored it" });

    public ILocator Copy => Dialog.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true });

    public ILocator Show => Dialog.GetByRole(AriaRole.Button, new() { Name = "Show the secret", Exact = true });

    /// <summary>Before anything was fetched by this page: a counted display.</summary>
    public ILocator ShowFirst => Dialog.Locator("[data-act=fetch]");

    public ILocator ShowAgain => Dialog.GetByRole(AriaRole.Button, new() { Name = "Show it again" });

    public ILocator Secret => Dialog.Locator("output");

    public ILocator Says => Dialog.Locator("[data-say]");

    public Task ExpectPhaseAsync(string phase) => Expect(Dialog.Locator(".reveal")).ToHaveAttributeAsync("data-phase", phase);

    /// <summary>Fills the form until the button is on.</summary>
    public async Task FillAsync(string newKey)
    {
        await NewKey.FillAsync(newKey);
        await Dialog.GetByText("Broken", new() { Exact = true }).ClickAsync();
        await Expect(Replace).Not.ToHaveAttributeAsync("aria-disabled", "true");
    }

    /// <summary>Notes the reading that was reported last.</summary>
    public async Task NoteReadingAsync(string point)
    {
        await Dialog.GetByText("Counter baseline").ClickAsync();
        await Dialog.GetByLabel("Measure point of the total").SelectOptionAsync(point);
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        await Expect(Dialog.GetByLabel("Reading of the old unit")).Not.ToHaveValueAsync("");
    }

    /// <summary>Replaces, and waits until the secret is there, masked.</summary>
    public async Task ReplaceAsync(string newKey)
    {
        await FillAsync(newKey);
        await Replace.ClickAsync();
        await ExpectPhaseAsync("masked");
    }

    public async Task<string> ReadSecretAsync()
    {
        await Show.ClickAsync();
        await ExpectPhaseAsync("shown");
        return (await Secret.TextContentAsync())!;
    }
}
