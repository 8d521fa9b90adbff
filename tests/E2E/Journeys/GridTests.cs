using System.Text;
using E2E.Infrastructure;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>What of the device grid only a browser knows: what is cut off, what stays in sight, how much a finger hits.</summary>
public sealed class GridTests(PortalFixture portal) : Journey(portal)
{
    [Fact]
    public async Task What_a_cell_cuts_off_is_told_whole()
    {
        var key = $"whole-{new string('W', 58)}";
        const string Name = "A met station whose name has no end as names of sites can have";
        var page = await SignInAsync();
        await GoAsync(page, PortalRoutes.Import);
        await page.Locator("#import-file").SetInputFilesAsync(new FilePayload
        {
            Name = "fleet.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes($"assetId,productKey,deviceKey,name,nameZh,description,timezone\r\nwhole-1,MET-WS7,{key},{Name},,,+01:00\r\n"),
        });
        await page.Locator(".actions .btn-primary").ClickAsync();
        await Expect(page.Locator(".callout-good")).ToBeVisibleAsync();

        await GoAsync(page, PortalRoutes.Search("whole-", null));
        var row = page.Locator("tbody tr").First;
        foreach (var (cell, text) in new[] { (row.Locator("td.col-key"), key), (row.Locator("td.grow"), Name) })
        {
            await cell.HoverAsync();
            await Expect(cell).ToHaveAttributeAsync("title", text);
        }

        await page.Locator("td.col-product").First.HoverAsync();
        await Expect(page.Locator("td.col-product").First).ToHaveAttributeAsync("title", "MET-WS7");
    }

    [Fact]
    public async Task Header_and_pager_stay_while_the_rows_scroll_and_other_rows_begin_at_the_top()
    {
        var page = await SignInAsync("Rita Novak"); // A reader: no line about secrets takes room on top.
        await GoAsync(page, PortalRoutes.Devices);
        var grid = page.Locator(".table-wrap");

        await grid.EvaluateAsync("grid => grid.scrollTo(0, grid.scrollHeight)");

        await Expect(page.Locator("tbody tr").First).Not.ToBeInViewportAsync();
        await Expect(page.Locator("thead")).ToBeInViewportAsync(new() { Ratio = 1 });
        var next = page.GetByRole(AriaRole.Button, new() { Name = "Next" });
        await Expect(next).ToBeInViewportAsync(new() { Ratio = 1 });
        await next.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Previous" })).ToBeEnabledAsync();
        await Expect(page.Locator("tbody tr").First).ToBeInViewportAsync();
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollHeight > innerHeight"), "The page scrolls, too.");
    }

    [Fact]
    public async Task The_whole_cell_of_a_check_box_selects()
    {
        var page = await SignInAsync();
        await GoAsync(page, PortalRoutes.Devices);

        await page.Locator("tbody td:first-child").Nth(1).ClickAsync(new() { Position = new() { X = 3, Y = 3 } });

        await Expect(page.Locator("tbody input").Nth(1)).ToBeCheckedAsync();
        await Expect(page.Locator(".select-bar")).ToContainTextAsync("1 selected");
    }
}
