using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Features.Assets;
using Portal.Features.Devices;
using Unit.Support;

namespace Unit.Assets;

public sealed class AssetPageTests : PageTest
{
    [Theory]
    [InlineData("Reader")]
    [InlineData("Technician")]
    public async Task Open_WithoutTheRight_OffersNoManagement(string role)
    {
        var page = await OpenAsync(Role.All.Single(known => known.Name == role));

        Assert.Empty(page.FindComponents<DeviceManagement>());
    }

    [Fact]
    public async Task Edit_NewNameAndDescription_AreSavedAndShown()
    {
        var page = await OpenAsync(Role.FullAccess);

        await ClickAsync(page, "Edit");
        await page.InvokeAsync(() => page.Find("#edit-name").ChangeAsync("Gate pump"));
        await page.InvokeAsync(() => page.Find("#edit-description").ChangeAsync("By the gate"));
        await page.InvokeAsync(() => page.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Equal("Gate pump", page.Find("h1").TextContent));
        Assert.Contains("By the gate", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("form"));
    }

    [Theory]
    [InlineData("SN-0", true)]
    [InlineData("SN-1", false)]
    [InlineData("", false)]
    public async Task Open_AddressWithAKeyItNeverHad_SaysSo(string former, bool isSaid)
    {
        await Portal.AddDeviceAsync("pump-1", "SN-1");
        var page = await OpenAsync<AssetPage>($"/assets/pump-1?was={former}", Role.Reader, parameters => parameters.Add(page => page.AssetId, "pump-1"));

        Assert.Equal(isSaid ? [former] : [], page.FindAll(".callout-warn .key").Select(key => key.TextContent));
    }

    [Theory]
    [InlineData("#edit-name", "   ", "Name:")]
    [InlineData("#edit-name-zh", "a\tb", "Chinese name:")]
    [InlineData("#edit-description", "a\u0000b", "Description:")]
    public async Task Edit_FaultyField_SaysSoAtTheFieldAndChangesNothing(string field, string value, string says)
    {
        var page = await OpenAsync(Role.FullAccess);

        await ClickAsync(page, "Edit");
        await page.InvokeAsync(() => page.Find(field).ChangeAsync(value));
        await page.InvokeAsync(() => page.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.StartsWith(says, page.Find("#edit-fault").TextContent.Trim(), StringComparison.Ordinal));
        Assert.Equal("true", page.Find(field).GetAttribute("aria-invalid"));
        Assert.Equal(1L, Portal.Database.Scalar<long>("SELECT version FROM devices"));
    }

    [Fact]
    public async Task Edit_ChangedBySomebodyElseMeanwhile_SaysWhoAndKeepsWhatWasTyped()
    {
        var page = await OpenAsync(Role.FullAccess);
        await ClickAsync(page, "Edit");
        await page.InvokeAsync(() => page.Find("#edit-name").ChangeAsync("Gate pump"));
        var maria = await Portal.SignInAsync("maria", Role.FullAccess);
        Assert.Null((await Portal.Get<DeviceUpdateService>().UpdateAsync(maria, new UpdateDeviceRequest(AssetSelector.Asset("pump-1"), IsPatch: true) { Name = "Their name", SeenVersion = 1 })).Error);

        await page.InvokeAsync(() => page.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Contains("maria changed this device", page.Find(".callout-bad").TextContent, StringComparison.Ordinal));
        Assert.Equal("Gate pump", page.Find("#edit-name").GetAttribute("value"));
        Assert.Equal("Their name", Portal.Database.Scalar<string>("SELECT name FROM devices"));

        // Seen now, so that the second attempt is meant.
        await page.InvokeAsync(() => page.Find("form").SubmitAsync());
        page.WaitForAssertion(() => Assert.Equal("Gate pump", page.Find("h1").TextContent));
    }

    [Fact]
    public async Task Disable_IsAskedForFirstAndUndoneByEnable()
    {
        var page = await OpenAsync(Role.FullAccess);

        await ClickAsync(page, "Disable");
        Assert.Equal("Online", page.Find("header .badge").TextContent);
        await page.InvokeAsync(() => page.Find(".btn-danger").ClickAsync());
        page.WaitForAssertion(() => Assert.Equal("Disabled", page.Find("header .badge").TextContent));

        await ClickAsync(page, "Enable");
        page.WaitForAssertion(() => Assert.NotEqual("Disabled", page.Find("header .badge").TextContent));
    }

    [Fact]
    public async Task Delete_TakesTheTypedIdAndLeadsBackToTheList()
    {
        var page = await OpenAsync(Role.FullAccess);

        await ClickAsync(page, "Delete");
        await page.InvokeAsync(() => page.Find("#delete-typed").InputAsync("PUMP-1"));
        await page.InvokeAsync(() => page.Find("form").SubmitAsync());
        Assert.Equal(1L, Portal.Database.Scalar<long>("SELECT count(*) FROM devices"));

        await page.InvokeAsync(() => page.Find("#delete-typed").InputAsync("pump-1"));
        await page.InvokeAsync(() => page.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.StartsWith(
            "/devices", new Uri(Services.GetRequiredService<NavigationManager>().Uri).AbsolutePath, StringComparison.Ordinal));
        Assert.Equal(0L, Portal.Database.Scalar<long>("SELECT count(*) FROM devices"));
    }

    private async Task<IRenderedComponent<AssetPage>> OpenAsync(Role role)
    {
        await Portal.AddDeviceAsync("pump-1", "SN-1");
        return await OpenAsync<AssetPage>("/assets/pump-1", role, parameters => parameters.Add(page => page.AssetId, "pump-1"));
    }

    private static Task ClickAsync(IRenderedComponent<AssetPage> page, string button) => page.InvokeAsync(() =>
        page.FindAll(".card-foot button").Single(found => found.TextContent == button).ClickAsync());
}
