using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Portal.Core.Access;
using Portal.Core.Products;
using Portal.Core.Reveals;
using Portal.Features.Products;
using Portal.Features.Replacements;
using Unit.Support;

namespace Unit.Products;

public sealed class ProductsPageTests : PageTest
{
    private const string Address = $"/products?org={TestPortal.Organization}";

    [Fact]
    public async Task Open_NoProducts_SaysWhereTheyComeFrom()
    {
        var page = await OpenAsync<ProductsPage>(Address, Role.Reader);

        Assert.Contains("No products yet", page.Find(".empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithProducts_ShowsThoseOfThisOrganizationWithTheirDevices()
    {
        await Portal.AddDeviceAsync("pump-1", "SN-1", productKey: "pump");
        await Portal.AddDeviceAsync("pump-2", "SN-2", productKey: "pump");
        await Portal.AddProductAsync("fan");
        await Portal.AddDeviceAsync("foreign-1", "SN-3", TestPortal.OtherOrganization);

        var page = await OpenAsync<ProductsPage>(Address, Role.Reader);

        Assert.Equal(
            ["Product fan 0", "Product pump 2"],
            page.FindAll("tbody tr").Select(row => $"{row.QuerySelector(".row-link")!.TextContent} {row.QuerySelector(".numeric")!.TextContent}"));
        Assert.Empty(page.FindAll(".drawer"));
    }

    [Theory]
    [InlineData("Reader")]
    [InlineData("Technician")]
    public async Task Open_WithoutTheRight_ShowsTheSettingsAndNothingToChangeThem(string role)
    {
        await Portal.AddProductAsync("pump");
        await Portal.WriteAsync(db => db.Products.Single().AllowsSha1 = true);

        var page = await OpenAsync<ProductsPage>($"{Address}&product=pump", Role.All.Single(known => known.Name == role));

        Assert.Contains("SHA-1 allowed: weak", page.Find(".drawer").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".drawer input, .drawer form, .drawer section button"));
    }

    [Fact]
    public async Task Open_AddressWithAnUnknownProduct_SaysSoAndShowsTheOthers()
    {
        await Portal.AddProductAsync("pump");

        var page = await OpenAsync<ProductsPage>($"{Address}&product=nozzle", Role.Reader);

        Assert.Contains("nozzle", page.Find(".callout-warn").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("tbody tr"));
    }

    [Fact]
    public async Task Save_Settings_AreKeptAuditedAndShown()
    {
        await Portal.AddProductAsync("pump");
        var page = await OpenDrawerAsync();
        Assert.Equal("true", page.Find(".drawer [type=submit]").GetAttribute("aria-disabled"));

        page.FindAll(".drawer input")[0].Change(true);
        page.FindAll(".drawer input")[1].Change(true);
        await page.InvokeAsync(() => page.Find(".drawer form").SubmitAsync());

        page.WaitForAssertion(() => Assert.StartsWith("Saved.", page.Find("#product-saved").TextContent, StringComparison.Ordinal));
        Assert.Equal("sha1=1|activation=1", Portal.Database.Rows("SELECT allows_sha1 AS sha1, allows_activation AS activation FROM products").Single());
        Assert.Single(Portal.Database.Rows("SELECT sequence FROM audit_entries WHERE action = 'product.configure'"));
        Assert.Equal(2, page.FindAll("tbody td .badge").Count);
        Assert.Contains("make a product secret", page.Find(".drawer .callout-warn").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_SessionEndedMeanwhile_SaysSoAndChangesNothing()
    {
        await Portal.AddProductAsync("pump");
        var page = await OpenDrawerAsync();
        page.FindAll(".drawer input")[0].Change(true);
        await Portal.WriteAsync(db => db.Sessions.RemoveRange(db.Sessions));

        await page.InvokeAsync(() => page.Find(".drawer form").SubmitAsync());

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".callout-bad")));
        Assert.Equal("activation=0", Portal.Database.Rows("SELECT allows_activation AS activation FROM products").Single());
    }

    [Fact]
    public async Task SomebodyElseChangesIt_WhatIsBeingSetHereStays()
    {
        await Portal.AddProductAsync("pump");
        await Portal.StartJobsAsync();
        var page = await OpenDrawerAsync();
        page.FindAll(".drawer input")[1].Change(true);
        var maria = await Portal.SignInAsync("maria", Role.FullAccess);

        PortalCommands.Value(await Portal.Get<ProductSecretService>().ConfigureAsync(
            maria, new ConfigureProductRequest(TestPortal.Organization, "pump", AllowsSha1: false, AllowsActivation: true)));

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".drawer .callout-warn")), TimeSpan.FromSeconds(10));
        Assert.NotNull(page.FindAll(".drawer input")[1].GetAttribute("checked"));
    }

    [Fact]
    [Trait("Requirement", "R-38")]
    public async Task Make_Secret_IsMadeOnceAndRenderedNowhere()
    {
        await Portal.AddProductAsync("pump");
        var page = await OpenDrawerAsync();
        await page.InvokeAsync(() => { _ = page.FindAll(".drawer section button")[^1].ClickAsync(); });
        Dialogs.WaitForAssertion(() => Assert.Equal("Make the secret of pump", Dialogs.Find("h2").TextContent));

        // One element for all: as a browser that has queued them before the first was answered.
        var button = Dialogs.FindAll(".flow-foot button")[1];
        await Dialogs.InvokeAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => button.ClickAsync())));

        Dialogs.WaitForAssertion(() => Assert.NotEmpty(Dialogs.FindAll(".reveal")));
        Assert.Equal("version=1", Portal.Database.Rows("SELECT secret_version AS version FROM products").Single());
        var grant = Assert.Single((await Portal.Get<RevealService>().MineAsync(Actor)).Value!);
        Assert.Equal((RevealSubject.Product, "pump"), (grant.Subject, grant.ProductKey));
        var (secret, _) = await Portal.ReadSecretAsync(Actor, grant.GrantId);
        Assert.Equal(1L, Portal.Database.Scalar<long>("SELECT displays FROM reveal_grants"));
        Assert.DoesNotContain(secret!, Dialogs.Markup, StringComparison.Ordinal);
        Assert.Empty(Dialogs.Find("output").TextContent);
        Assert.Contains("productSecret", Dialogs.Find(".reveal").GetAttribute("data-facts"), StringComparison.Ordinal);
        Assert.Empty(Dialogs.FindAll("[data-act=qr]"));

        await Dialogs.InvokeAsync(() => Dialogs.Find("[data-act=later]").ClickAsync());
        page.WaitForAssertion(() => Assert.Contains("generation 1", page.Find(".drawer").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Renew_Secret_SaysFirstWhatStopsWorking()
    {
        await Portal.AddProductAsync("pump");
        PortalCommands.Value(await Portal.Get<ProductSecretService>().MakeAsync(await Portal.SignInAsync(Role.FullAccess), TestPortal.Organization, "pump"));
        var page = await OpenDrawerAsync();

        await page.InvokeAsync(() => { _ = page.FindAll(".drawer section button")[^1].ClickAsync(); });

        Dialogs.WaitForAssertion(() => Assert.Contains("cannot activate any more", Dialogs.Find(".callout-warn").TextContent, StringComparison.Ordinal));
        await Dialogs.InvokeAsync(() => Dialogs.FindAll(".flow-foot button")[0].ClickAsync());
        Assert.Equal("version=1", Portal.Database.Rows("SELECT secret_version AS version FROM products").Single());
    }

    [Fact]
    public async Task Inbox_ProductSecretNotConfirmed_LeadsBackToIt()
    {
        await Portal.AddProductAsync("pump");
        PortalCommands.Value(await Portal.Get<ProductSecretService>().MakeAsync(await Portal.SignInAsync(Role.FullAccess), TestPortal.Organization, "pump"));
        await OpenDrawerAsync();
        var inbox = Render<RevealInbox>();
        Assert.Contains("pump", inbox.Find(".inbox").TextContent, StringComparison.Ordinal);

        await inbox.InvokeAsync(() => { _ = inbox.Find(".inbox button").ClickAsync(); });

        Dialogs.WaitForAssertion(() => Assert.Equal("Product secret of pump", Dialogs.Find("h2").TextContent));
        Assert.NotEmpty(Dialogs.FindAll(".reveal"));
    }

    private Task<IRenderedComponent<ProductsPage>> OpenDrawerAsync() => OpenAsync<ProductsPage>($"{Address}&product=pump", Role.FullAccess);
}
