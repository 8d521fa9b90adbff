using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using Portal;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class ProductTests(PortalFixture portal) : Journey(portal)
{
    [Fact]
    [Trait("Requirement", "R-27")]
    public async Task Operator_opens_dynamic_activation_of_a_product_and_then_for_one_replacement()
    {
        var fleet = new Fleet(Portal);
        var device = fleet.Next();
        foreach (var theme in Screens.Themes)
        {
            var reader = await SignInAsync("Olga Brandt", Screens.Of(Screens.Sizes[0], theme));
            await GoAsync(reader, PortalRoutes.Product(device.ProductKey, null));
            await Expect(reader.Locator(".drawer")).ToBeVisibleAsync();
            await ExpectAccessibleAsync(reader.RunAxe(), $"the products page, {theme}");
        }

        // Closed: the dialog does not even offer it.
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, device.AssetId);
        var dialog = await asset.ReplaceAsync();
        await Expect(dialog.Dialog.GetByLabel("Let the new unit fetch its secret itself")).ToHaveCountAsync(0);
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await GoAsync(page, PortalRoutes.Products);
        await page.Locator("tr", new() { HasText = device.ProductKey }).GetByRole(AriaRole.Button).ClickAsync();
        var drawer = page.Locator(".drawer");
        await drawer.GetByLabel("Let devices fetch their secret").CheckAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(drawer.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(drawer.GetByText("make a product secret")).ToBeVisibleAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Make the secret" }).ClickAsync();
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the dialog that makes a product secret");
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Make the secret" }).ClickAsync();
        await dialog.ExpectPhaseAsync("masked");
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the product secret");
        Assert.Matches("^[2-9A-HJ-NP-Za-km-z]{32}$", await dialog.ReadSecretAsync());
        await dialog.Stored.ClickAsync();
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await Expect(drawer.GetByText("generation 1")).ToBeVisibleAsync();

        await AssetPage.OpenAsync(page, device.AssetId);
        dialog = await asset.ReplaceAsync();
        await dialog.FillAsync($"{device.AssetId}-self");
        await dialog.Dialog.GetByLabel("Let the new unit fetch its secret itself").CheckAsync();
        await Expect(dialog.Dialog.GetByLabel("Do not show the secret")).ToBeCheckedAsync();
        await Expect(dialog.Dialog.GetByText("The new unit may fetch its secret")).ToBeVisibleAsync();
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the replacement dialog with dynamic activation");
        await dialog.Replace.ClickAsync();
        await Expect(dialog.Dialog.GetByText("ask for its own (securemode 3)")).ToBeVisibleAsync();
        Assert.Equal(1, fleet.Count("SELECT count(*) FROM replacements WHERE allows_activation AND new_device_key = $key", $"{device.AssetId}-self"));
        Assert.Equal(1, fleet.Count(
            "SELECT count(*) FROM audit_entries WHERE action = 'device.replace' AND asset_id = $key AND detail LIKE '%\"allowsActivation\":true%'", device.AssetId));
    }

    [Fact]
    public async Task Somebody_who_may_only_read_sees_the_settings_and_no_button()
    {
        var page = await SignInAsync("Rita Novak");
        await GoAsync(page, PortalRoutes.Products);
        await page.Locator("tbody").GetByRole(AriaRole.Button).First.ClickAsync();

        var drawer = page.Locator(".drawer");
        await Expect(drawer.GetByText("How devices sign in")).ToBeVisibleAsync();
        await Expect(drawer.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await Expect(drawer.GetByRole(AriaRole.Button, new() { Name = "Make the secret" })).ToHaveCountAsync(0);
    }
}
