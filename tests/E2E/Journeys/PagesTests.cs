using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

public sealed class PagesTests(PortalFixture portal) : Journey(portal)
{
    private static readonly string[] s_importColumns = ["assetId", "productKey", "deviceKey", "name", "nameZh", "description", "timezone"];

    [Fact]
    public async Task Where_no_web_socket_gets_through_a_page_comes_to_life_all_the_same()
    {
        var page = await SignInAsync();
        await page.AddInitScriptAsync("window.WebSocket = class { constructor() { throw new Error('blocked'); } }");
        await GoAsync(page, PortalRoutes.Devices);

        await page.Locator("#q").FillAsync("bLxoNurE");

        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Visitor_chooses_the_language_before_signing_in()
    {
        var page = await OpenBrowserAsync();
        await page.GotoAsync("/");

        await page.GetByRole(AriaRole.Button, new() { Name = "简体中文" }).ClickAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Olga Brandt" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Auditor_filters_looks_closer_verifies_and_takes_the_trail_away()
    {
        var page = await SignInAsync("Anton Weber");
        await page.GotoAsync(PortalRoutes.Audit);
        await ReadyMainAsync(page);

        await page.GetByLabel("Person").FillAsync("Anton");
        await page.GetByLabel("Action").SelectOptionAsync(new SelectOptionValue { Label = "Signed in" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("action=session\\.signIn"));
        await ReadyMainAsync(page);
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Anton Weber");

        await page.Locator("tbody button").First.ClickAsync();
        await Expect(page.Locator("tr.detail")).ToContainTextAsync("Auditor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(page.Locator(".callout-good")).ToContainTextAsync("The trail is sound");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Export CSV" }).ClickAsync());
        Assert.Equal("audit.csv", download.SuggestedFilename);
        Assert.Contains("session.signIn", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_mends_a_refused_file_and_imports_it()
    {
        var page = await SignInAsync();
        await page.GotoAsync(PortalRoutes.Import);
        await ReadyMainAsync(page);
        var file = page.Locator("#import-file");

        await file.SetInputFilesAsync(Csv("journey-1,INV-SG250,J,Journey,,,+01:00"));
        await Expect(page.Locator("tbody .badge-bad")).ToHaveTextAsync("Refused");
        await Expect(page.Locator(".actions .btn-primary")).ToBeDisabledAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Another file" }).ClickAsync();
        await file.SetInputFilesAsync(Csv("journey-1,INV-SG250,JOURNEY-KEY-1,Journey,,,+01:00"));
        await Expect(page.Locator("tbody .badge-good")).ToHaveTextAsync("New");
        await page.Locator(".actions .btn-primary").ClickAsync();
        await Expect(page.Locator(".callout-good")).ToBeVisibleAsync();

        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator(".actions button").First.ClickAsync());
        Assert.Equal("fleet.result.csv", download.SuggestedFilename);
        await AssetPage.OpenAsync(page, "journey-1");
        await Expect(page.Locator("#device-key")).ToHaveTextAsync("JOURNEY-KEY-1");
    }

    [Fact]
    public async Task Administrator_ends_somebodys_sessions_and_their_page_leaves()
    {
        var maria = await SignInAsync("Maria Santos");
        var page = await SignInAsync("Ada Lindqvist");
        await page.GotoAsync(PortalRoutes.People);
        await ReadyMainAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "End sessions: Maria Santos" }).ClickAsync();
        await page.Locator(".callout .btn-danger").ClickAsync();

        await Expect(maria.GetByRole(AriaRole.Heading, new() { Name = "Your session has ended" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Axe_finds_nothing_in_any_dialog_in_either_theme_and_the_focus_goes_back()
    {
        foreach (var theme in Screens.Themes)
        {
            var page = await SignInAsync("Ada Lindqvist", Screens.Of(Screens.Sizes[0], theme));
            await page.GotoAsync(PortalRoutes.Devices);
            await ReadyMainAsync(page);
            var dialog = page.GetByRole(AriaRole.Dialog);

            var create = page.GetByRole(AriaRole.Button, new() { Name = "New device" });
            await create.ClickAsync();
            await Expect(dialog.GetByLabel("Product")).ToBeFocusedAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
            await Expect(dialog.Locator(".field-error")).ToContainTextAsync("Name:");
            await ExpectAccessibleAsync(dialog.RunAxe(), $"new device, {theme}");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(create).ToBeFocusedAsync();

            await page.Locator("thead input").CheckAsync();
            await page.Locator(".select-bar").GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
            await Expect(dialog).ToBeVisibleAsync();
            await ExpectAccessibleAsync(dialog.RunAxe(), $"disable, {theme}");
            await page.Keyboard.PressAsync("Escape");
            await Expect(dialog).ToHaveCountAsync(0);

            await AssetPage.OpenAsync(page, (await page.Locator("tbody .row-link").First.TextContentAsync())!);
            foreach (var name in (string[])["Replace", "Re-issue secret"])
            {
                await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
                await Expect(dialog.Locator(".sides")).ToBeVisibleAsync();
                await ExpectAccessibleAsync(dialog.RunAxe(), $"{name}, {theme}");
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
                await Expect(dialog).ToHaveCountAsync(0);
            }
        }
    }

    private static Task ReadyMainAsync(IPage page) => page.Locator("main [data-interactive]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });

    private static FilePayload Csv(string row) => new()
    {
        Name = "fleet.csv",
        MimeType = "text/csv",
        Buffer = System.Text.Encoding.UTF8.GetBytes($"{string.Join(',', s_importColumns)}\r\n{row}\r\n"),
    };
}
