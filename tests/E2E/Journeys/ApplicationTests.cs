using System.Collections.Concurrent;
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
    private readonly Fleet _fleet = new(portal);

    [Fact]
    public async Task Administrator_makes_an_application_and_what_the_replace_dialog_shows_is_sent_with_its_keys()
    {
        var device = _fleet.Next();
        var page = await SignInAsync("Ada Lindqvist");
        var (application, accessKey, secretKey) = await ApplicationPage.CreateAsync(page, "Spare parts");
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", secretKey);
        await application.StartKeyAsync("Set up");
        using var pair = await ReadAsync(await application.MakeKeyAsync());
        await Expect(application.Fingerprint).ToHaveTextAsync(Fingerprint(pair));

        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        var dialog = await asset.ReplaceAsync();
        await dialog.FillAsync("logger-by-api");
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Same as API" }).ClickAsync();
        await Expect(dialog.Dialog.Locator("pre").First).ToContainTextAsync("logger-by-api");
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "replace with the request");
        var client = new ShownRequest(Portal.Address, accessKey, secretKey);
        var answer = await client.SendAsync(await dialog.Dialog.Locator("pre").First.TextContentAsync(), await dialog.Dialog.Locator("pre").Last.TextContentAsync());

        Assert.Equal(0, answer.GetProperty("code").GetInt32());
        Assert.Matches("^[2-9A-Za-z]{32}$", ShownRequest.Open(answer.GetProperty("data"), pair));
        await AssetPage.OpenAsync(page, device.AssetId);
        await asset.ExpectKeyAsync("logger-by-api");
        await asset.ExpectStatusAsync("Inactive");
        await page.GetByRole(AriaRole.Button, new() { Name = "Same as API" }).ClickAsync();
        await page.Locator(".drawer").GetByRole(AriaRole.Button, new() { Name = "get", Exact = true }).ClickAsync();
        await Expect(page.Locator(".drawer pre").First).ToContainTextAsync("action=get");
        answer = await client.SendAsync(await page.Locator(".drawer pre").First.TextContentAsync(), await page.Locator(".drawer pre").Last.TextContentAsync());
        Assert.Equal("logger-by-api", answer.GetProperty("data").GetProperty("deviceKey").GetString());
        await ExpectAccessibleAsync(page.RunAxe(), "asset with the request");
    }

    [Fact]
    public async Task Administrator_leaves_a_secret_key_and_comes_back_to_it_from_the_line_on_every_page()
    {
        _fleet.Next();
        var page = await SignInAsync("Ada Lindqvist");
        await page.GotoAsync(PortalRoutes.Applications);
        await page.Locator("main [data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = "New application" }).ClickAsync();
        var application = new ApplicationPage(page);
        await application.Dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Left behind");
        await application.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await new ReplacementDialog(page).ExpectPhaseAsync("masked");
        await application.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close, I will come back" }).ClickAsync();

        await page.GotoAsync(PortalRoutes.Home);
        await ReadyAsync(page);
        await Expect(page.Locator(".inbox")).ToContainTextAsync("Left behind");
        await page.Locator(".inbox").GetByRole(AriaRole.Button).First.ClickAsync();
        await new ReplacementDialog(page).ShowFirst.ClickAsync();
        Assert.Equal(36, (await application.ReadAndStoreSecretKeyAsync()).Length);
        await Expect(page.Locator(".inbox")).ToHaveCountAsync(0);
    }

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
    /// <summary>Goes on while it is read: a page is never still.</summary>
    private static ConcurrentQueue<string> SentBy(IPage page)
    {
        var sent = new ConcurrentQueue<string>();
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => sent.Enqueue(frame.Text ?? System.Text.Encoding.Latin1.GetString(frame.Binary!));
        page.Request += (_, request) => sent.Enqueue(request.PostData ?? "");
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
