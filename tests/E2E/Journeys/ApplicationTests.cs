using System.Security.Cryptography;
using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ApplicationTests(PortalFixture portal) : Journey(portal)
{
    [Fact]
    public async Task Administrator_pastes_a_private_key_by_mistake_and_it_stays_in_the_browser()
    {
        using var pair = RSA.Create(2048);
        var page = await SignInAsync("Ada Lindqvist");
        var sent = SentBy(page);
        var (application, _, _) = await ApplicationPage.CreateAsync(page, "Pasted key");
        await application.StartKeyAsync("Set up");
        var dialog = application.Dialog;
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Register a public key" }).ClickAsync();
        var field = dialog.GetByLabel("Public key", new() { Exact = true });
        var register = dialog.GetByRole(AriaRole.Button, new() { Name = "Register", Exact = true });
        foreach (var text in (string[])[pair.ExportPkcs8PrivateKeyPem(), pair.ExportRSAPrivateKeyPem(), Convert.ToBase64String(pair.ExportPkcs8PrivateKey())])
        {
            await field.FillAsync(text);
            await register.ClickAsync();

            await Expect(dialog.Locator("[data-fault-text]")).ToContainTextAsync("not sent");
            await Expect(field).ToHaveValueAsync("");
        }

        // Any piece of it would do: what is asked for is that nothing at all was sent.
        var body = Convert.ToBase64String(pair.ExportPkcs8PrivateKey());
        Assert.DoesNotContain(sent, frame => frame.Contains(body[200..260], StringComparison.Ordinal) || frame.Contains("PRIVATE KEY", StringComparison.Ordinal));

        await field.FillAsync(pair.ExportSubjectPublicKeyInfoPem());
        await register.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await Expect(application.Fingerprint).ToHaveTextAsync(Convert.ToHexStringLower(SHA256.HashData(pair.ExportSubjectPublicKeyInfo())));
        Assert.Contains(sent, frame => frame.Contains("RegisterAsync", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Administrator_renews_the_key_pair_and_the_portal_never_gets_a_private_key()
    {
        var page = await SignInAsync("Ada Lindqvist");
        var sent = SentBy(page);
        var (application, _, _) = await ApplicationPage.CreateAsync(page, "Renewed key");
        await application.StartKeyAsync("Set up");
        using var first = await ReadAsync(await application.MakeKeyAsync());
        Assert.Equal(3072, first.KeySize);
        await Expect(application.Fingerprint).ToHaveTextAsync(Fingerprint(first));

        await application.StartKeyAsync("Renew");
        using var second = await ReadAsync(await application.MakeKeyAsync());
        await Expect(application.Keys).ToHaveCountAsync(2);
        await Expect(application.Fingerprint).ToHaveTextAsync(Fingerprint(first));
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch now" }).ClickAsync();
        await application.Dialog.GetByRole(AriaRole.Button, new() { Name = "Switch now" }).ClickAsync();

        await Expect(application.Fingerprint).ToHaveTextAsync(Fingerprint(second));
        foreach (var pair in (RSA[])[first, second])
        {
            var secret = Convert.ToBase64String(pair.ExportPkcs8PrivateKey());
            Assert.DoesNotContain(sent, frame => Enumerable.Range(10, 20).Any(part => frame.Contains(secret.Substring(part * 64, 40), StringComparison.Ordinal)));
            Assert.Contains(sent, frame => frame.Contains(Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo()), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Axe_finds_nothing_on_the_pages_of_applications_in_either_theme()
    {
        foreach (var theme in Screens.Themes)
        {
            var page = await SignInAsync("Ada Lindqvist", Screens.Of(Screens.Sizes[0], theme));
            await page.GotoAsync(PortalRoutes.Applications);
            await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = "New application" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Allow V2.1 calls").CheckAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
            await Expect(dialog.Locator(".field-error")).ToContainTextAsync("Name:");
            await ExpectAccessibleAsync(dialog.RunAxe(), $"new application, {theme}");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

            var (application, _, _) = await ApplicationPage.CreateAsync(page, $"Looked at, {theme}");
            await application.StartKeyAsync("Set up");
            await ExpectAccessibleAsync(dialog.RunAxe(), $"key pair, {theme}");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Register a public key" }).ClickAsync();
            await ExpectAccessibleAsync(dialog.RunAxe(), $"public key, {theme}");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a pair in this browser" }).ClickAsync();
            await application.MakeKeyAsync();
            await ExpectAccessibleAsync(page.RunAxe(), $"application, {theme}");
            foreach (var name in (string[])["Rotate", "Delete"])
            {
                await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
                await Expect(dialog).ToBeVisibleAsync();
                await ExpectAccessibleAsync(dialog.RunAxe(), $"{name}, {theme}");
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
                await Expect(dialog).ToHaveCountAsync(0);
            }

            await page.GotoAsync(PortalRoutes.Applications);
            await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await ExpectAccessibleAsync(page.RunAxe(), $"applications, {theme}");
        }
    }

    /// <summary>Everything that the page sends through its circuit and otherwise, as Latin letters.</summary>
    private static List<string> SentBy(IPage page)
    {
        var sent = new List<string>();
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => sent.Add(frame.Text ?? System.Text.Encoding.Latin1.GetString(frame.Binary!));
        page.Request += (_, request) => sent.Add(request.PostData ?? "");
        return sent;
    }

    private static async Task<RSA> ReadAsync(string file)
    {
        var pair = RSA.Create();
        pair.ImportFromPem(await File.ReadAllTextAsync(file));
        return pair;
    }

    private static string Fingerprint(RSA pair) => Convert.ToHexStringLower(SHA256.HashData(pair.ExportSubjectPublicKeyInfo()));
}
