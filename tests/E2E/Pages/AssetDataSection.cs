using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>What an asset measured, on its page.</summary>
public sealed class AssetDataSection(IPage page)
{
    public ILocator Section => page.Locator("section[aria-labelledby=data]");

    public ILocator Chart => Section.Locator("figure");

    public ILocator Table => Section.Locator(".series-table");

    public ILocator Latest => Section.Locator(".data-last strong");

    public ILocator Changes => Section.Locator(".data-changes > li");

    public ILocator ReadOut => Chart.Locator(".chart-read");

    public ILocator Csv => Section.Locator("a[download]");

    public async Task PickAsync(string point, string range)
    {
        await Section.Locator("select").SelectOptionAsync(point);
        await Section.GetByRole(AriaRole.Button, new() { Name = range }).ClickAsync();
        await Expect(Section.GetByRole(AriaRole.Button, new() { Name = range })).ToHaveAttributeAsync("aria-pressed", "true");
    }

    public Task ShowTableAsync() => Section.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();

    /// <summary>Moves the pointer to a place across the chart, 0 to 1.</summary>
    public async Task PointAtAsync(float across)
    {
        await Chart.ScrollIntoViewIfNeededAsync();
        var box = (await Chart.Locator(".chart-plot").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 1, box.Y + (box.Height / 2));
        await page.Mouse.MoveAsync(box.X + (box.Width * across), box.Y + (box.Height / 2), new() { Steps = 4 });
    }
}
