using System.Globalization;
using E2E.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal;
using Portal.Core.Persistence;

namespace E2E.Journeys;

public sealed class BrowserSurfaceTests(PortalFixture portal) : Journey(portal)
{
    private static readonly string[] s_paths =
        [PortalRoutes.Home, PortalRoutes.Devices, PortalRoutes.Import, PortalRoutes.Audit, PortalRoutes.People, PortalRoutes.NotFound, "/assets/unknown", "/error"];

    [Fact]
    [Trait("Requirement", "R-39")]
    public async Task No_page_violates_the_content_security_policy_and_every_answer_carries_the_headers()
    {
        var page = await OpenBrowserAsync();
        var violations = new List<string>();
        var bare = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                violations.Add($"{page.Url}: {message.Text}");
            }
        };
        page.Response += (_, response) =>
        {
            foreach (var header in (string[])["content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "permissions-policy"])
            {
                if (response.Url.StartsWith(Portal.Address.ToString(), StringComparison.Ordinal) && !response.Headers.ContainsKey(header))
                {
                    bare.Add($"{response.Status} {response.Url} has no {header}");
                }
            }
        };
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ada Lindqvist" }).ClickAsync();
        await ReadyAsync(page);

        foreach (var path in s_paths)
        {
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
        }

        Assert.Empty(violations);
        Assert.Empty(bare.Distinct());
    }

    [Fact]
    [Trait("Requirement", "R-41")]
    public async Task Text_that_is_a_script_is_shown_and_never_run()
    {
        string[] corpus =
        [
            "<script>window.hacked=1</script>", "<img src=x onerror=window.hacked=1>", "\"><svg onload=window.hacked=1>", "javascript:window.hacked=1",
            "'-window.hacked=1-'", "{{constructor.constructor('window.hacked=1')()}}", "<iframe srcdoc='<script>parent.hacked=1</script>'>", "</title><script>hacked=1</script>",
        ];
        var assetIds = await RenameAsync(corpus);
        var page = await SignInAsync();
        foreach (var (assetId, text) in assetIds.Zip(corpus))
        {
            // Shown letter by letter: of markup that got through, the content security policy would stop the script and hide the fault.
            await page.GotoAsync($"{PortalRoutes.Devices}?q={assetId}");
            await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync(text);
            Assert.Null(await page.EvaluateAsync<object?>("window.hacked ?? null"));
            await page.GotoAsync($"/assets/{assetId}");
            await Assertions.Expect(page.Locator("main h1")).ToContainTextAsync(text);
            await Assertions.Expect(page.Locator("main dd").GetByText(text, new() { Exact = true }).First).ToBeVisibleAsync();
            await ReadyAsync(page);
            await page.WaitForTimeoutAsync(100);
            Assert.Null(await page.EvaluateAsync<object?>("window.hacked ?? null"));
        }
    }

    private async Task<List<string>> RenameAsync(string[] names)
    {
        var database = Portal.Services.GetRequiredService<IPortalDatabase>();
        var organization = await database.WriteAsync(unit => unit.Db.Organizations.OrderBy(known => known.Number).FirstAsync());
        return await database.WriteAsync(async unit =>
        {
            var devices = await unit.Db.Devices.Where(device => device.OrganizationNumber == organization.Number).OrderByDescending(device => device.Id).Take(names.Length).ToListAsync();
            foreach (var (device, name) in devices.Zip(names))
            {
                (device.Name, device.NameZh, device.Description) = (name, name, name);
            }

            await unit.Db.SaveChangesAsync();
            return devices.ConvertAll(device => device.AssetId);
        });
    }
}
