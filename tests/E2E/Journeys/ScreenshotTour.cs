using System.Text;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>Pictures of every page in every size and theme, to be looked at: <c>PORTAL_SCREENSHOTS=folder</c>.</summary>
[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ScreenshotTour(PortalFixture portal) : Journey(portal)
{
    private static readonly (string Path, string Name)[] s_pages =
    [
        (PortalRoutes.Home, "home"), (PortalRoutes.Devices, "devices"), (PortalRoutes.Products, "products"), (PortalRoutes.Import, "import"), (PortalRoutes.Applications, "applications"),
        (PortalRoutes.Audit, "audit"), (PortalRoutes.People, "people"), (PortalRoutes.NotFound, "not-found"), (PortalRoutes.Forbidden, "forbidden"),
        ("/assets/there-is-none", "asset-unknown"),
    ];

    private static readonly (string Path, string Name)[] s_plainPages =
    [
        (PortalRoutes.Devices, "sign-in"), (PortalRoutes.SignedOut, "signed-out"), (PortalRoutes.SessionEnded, "session-ended"),
        (PortalRoutes.SignInFailed, "sign-in-failed"), (PortalRoutes.AccountDisabled, "account-disabled"), (PortalRoutes.Error, "error"),
        (PortalRoutes.Status + "/503", "status-503"),
    ];

    public static bool IsWanted => Camera.Folder is not null;

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Every_page_in_every_size_theme_and_language()
    {
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            var visitor = await OpenBrowserAsync(camera.Browser);
            foreach (var (path, name) in s_plainPages)
            {
                await visitor.GotoAsync(path);
                await camera.ShootAsync(visitor, name);
            }

            var page = await SignInAsync("Ada Lindqvist", camera.Browser);
            foreach (var (path, name) in s_pages)
            {
                await page.GotoAsync(path);
                await ReadyAsync(page);
                await camera.ShootAsync(page, name, 400);
            }

            await page.GotoAsync(PortalRoutes.ApiReference);
            await camera.ShootAsync(page, "api-reference", 1500);
        }
    }

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Frame_and_what_stands_in_its_menus()
    {
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            var page = await SignInAsync("Maria Santos", camera.Browser);
            for (var menu = 0; menu < 3; menu++)
            {
                await page.Locator(".bar .menu > summary").Nth(menu).ClickAsync();
                await camera.ShootAsync(page, $"frame-{menu}");
                await page.Keyboard.PressAsync("Escape");
            }

            await page.Keyboard.PressAsync("/");
            await camera.ShootAsync(page, "frame-search");
            foreach (var state in (string[])["retrying", "failed", "paused"])
            {
                await page.EvaluateAsync("""
                    state => {
                        const modal = document.getElementById('components-reconnect-modal');
                        modal.className = `reconnect components-reconnect-${state}`;
                        modal.dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state } }));
                    }
                    """, state);
                await camera.ShootAsync(page, $"reconnect-{state}");
            }

            await page.EvaluateAsync("document.getElementById('components-reconnect-modal').close(); document.getElementById('blazor-error-ui').style.display = 'block'");
            await camera.ShootAsync(page, "circuit-failed");
        }
    }

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Grid_and_what_can_be_done_with_it()
    {
        foreach (var camera in Camera.All)
        {
            var page = await SignInAsync("Ada Lindqvist", camera.Browser);
            await GoAsync(page, PortalRoutes.Devices);
            for (var menu = 0; menu < 3; menu++)
            {
                await page.Locator(".toolbar .menu > summary").Nth(menu).ClickAsync();
                await camera.ShootAsync(page, $"devices-menu-{menu}");
                await page.Keyboard.PressAsync("Escape");
            }

            await page.Locator("tbody input").Nth(1).CheckAsync();
            await page.Locator("tbody input").Nth(1).FocusAsync();
            await page.Keyboard.PressAsync("Shift+Tab");
            await page.Keyboard.PressAsync("Tab");
            await camera.ShootAsync(page, "devices-selected");
            await page.Locator("thead input").CheckAsync();
            await page.Locator("#q").PressAsync("ArrowDown");
            for (var row = 0; row < 24; row++)
            {
                await page.Keyboard.PressAsync("ArrowDown");
            }

            await camera.ShootAsync(page, "devices-scrolled");
            await page.Locator(".select-bar").GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
            await camera.ShootAsync(page, "devices-disable");
            await page.Keyboard.PressAsync("Escape");

            foreach (var (text, name) in ((string, string)[])[("state:awaiting", "awaiting"), ("status:nothing", "fault"), ("zzzz no such thing", "none"), ("name:" + new string('W', 40), "long")])
            {
                await GoAsync(page, PortalRoutes.Search(text, null));
                await camera.ShootAsync(page, $"devices-{name}");
            }

            await GoAsync(page, PortalRoutes.Devices);
            await page.Locator("main header").GetByRole(AriaRole.Button, new() { Name = "New device" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
            await Expect(dialog.Locator(".field-error")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "devices-new");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            if (camera.IsTablet)
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Scan a code" }).First.ClickAsync();
                await camera.ShootAsync(page, "devices-scan");
                continue;
            }

            await page.Locator("tbody td.grow").Nth(3).ClickAsync();
            await Expect(page.Locator(".drawer dl")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "devices-drawer");
            foreach (var name in (string[])["Edit", "Delete"])
            {
                await page.Locator(".drawer").GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
                await camera.ShootAsync(page, $"devices-drawer-{name}");
                await page.Locator(".drawer").GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
            }
        }
    }

    [Fact(Skip = "Set PORTAL_SCREENSHOTS to a folder", SkipUnless = nameof(IsWanted))]
    public async Task Import_audit_and_people_at_work()
    {
        foreach (var camera in Camera.All.Concat(Camera.Chinese))
        {
            var page = await SignInAsync("Ada Lindqvist", camera.Browser);
            var (assetId, productKey) = new Fleet(Portal).Next();
            await GoAsync(page, PortalRoutes.Import);
            var tag = camera.Name.Replace("-", "", StringComparison.Ordinal);
            await page.Locator("#import-file").SetInputFilesAsync(Csv(
                $"new-{tag},INV-SG250,KEY-{tag},Inverter of {tag},,,+01:00", $"{assetId},{productKey},NOT-ITS-KEY,Other name,,,+01:00",
                $"bad-{tag},INV-SG250,J,Too short,,,+01:00", $"bad2-{tag},NO-SUCH-PRODUCT,KEY2-{tag},No product,,,+01:00"));
            await Expect(page.Locator(".verdicts")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "import-refused");
            await page.Locator(".actions button").Last.ClickAsync();
            await page.Locator("#import-file").SetInputFilesAsync(Csv(
                $"new-{tag},INV-SG250,KEY-{tag},Inverter of {tag},,,+01:00",
                $"long-{tag}-{new string('x', 50)}"[..60] + $",INV-SG250,{$"LONG-{tag}-{new string('W', 64)}"[..64]},{new string('W', 30)} has a name longer than a column,,,+01:00"));
            await Expect(page.Locator(".actions .btn-primary")).ToBeEnabledAsync();
            await camera.ShootAsync(page, "import-ready");
            await page.Locator(".actions .btn-primary").ClickAsync();
            await Expect(page.Locator(".callout-good")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "import-done");

            await GoAsync(page, PortalRoutes.Audit);
            await page.Locator("tbody button").Nth(1).ClickAsync();
            await page.Locator("main header button").First.ClickAsync();
            await Expect(page.Locator(".callout-good")).ToBeVisibleAsync();
            await camera.ShootAsync(page, "audit-verified");
            await GoAsync(page, PortalRoutes.Audit + "?person=nobody");
            await camera.ShootAsync(page, "audit-none");

            await GoAsync(page, PortalRoutes.People);
            await page.Locator("tbody .changes button").First.ClickAsync();
            await camera.ShootAsync(page, "people-ask");
        }
    }

    private static FilePayload Csv(params string[] rows) => new()
    {
        Name = "fleet.csv",
        MimeType = "text/csv",
        Buffer = Encoding.UTF8.GetBytes($"assetId,productKey,deviceKey,name,nameZh,description,timezone\r\n{string.Join("\r\n", rows)}\r\n"),
    };
}
