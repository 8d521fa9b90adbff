using Bunit;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Features.Home;
using Unit.Support;

namespace Unit.Home;

public sealed class HomePageTests : PageTest
{
    [Fact]
    public async Task Open_EmptyFleet_OffersToCreateAndToImport()
    {
        var page = await OpenAsync<HomePage>("/", Role.FullAccess);

        Assert.Contains("No devices yet", page.Find(".empty").TextContent, StringComparison.Ordinal);
        page.Find(".empty button").Click();
        Dialogs.WaitForAssertion(() => Assert.Equal("New device", Dialogs.Find("h2").TextContent));
    }

    [Fact]
    public async Task Open_EmptyFleetForAReader_OffersNothingThatWouldBeRefused()
    {
        var page = await OpenAsync<HomePage>("/", Role.Reader);

        Assert.Empty(page.FindAll(".empty button"));
        Assert.Equal(["Open the device list"], page.FindAll(".empty a").Select(link => link.TextContent.Trim()));
    }

    [Fact]
    public async Task Open_Fleet_CountsByStatusWithinTheOrganization()
    {
        await Portal.AddDeviceAsync("pump-1", "SN-1");
        await Portal.AddDeviceAsync("pump-2", "SN-2");
        await Portal.AddDeviceAsync("fan-1", "SN-3", status: DeviceStatus.Disabled);
        await Portal.AddDeviceAsync("foreign-1", "SN-4", TestPortal.OtherOrganization);

        var page = await OpenAsync<HomePage>("/", Role.Reader);

        Assert.Equal(
            ["Online 2", "Offline 0", "Inactive 0", "Disabled 1"],
            page.FindAll(".tile").Select(tile => $"{tile.QuerySelector(".badge")!.TextContent} {tile.QuerySelector(".tile-value")!.TextContent}"));
        Assert.Contains("All 3 devices", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ReplacementsWaiting_ListsTheOldestFirstAndTheOpenSecretWithItsTime()
    {
        var olga = await Portal.SignInAsync(Role.FullAccess);
        await Portal.AddDeviceAsync("pump-1", "SN-1", name: "Pump one");
        await Portal.AddDeviceAsync("pump-2", "SN-2", name: "Pump two");
        await ReplaceAsync(olga, "pump-2", "SN-22", showsSecret: false);
        Portal.Clock.Advance(TimeSpan.FromHours(1));
        await ReplaceAsync(olga, "pump-1", "SN-11", showsSecret: true);
        Portal.Clock.Advance(TimeSpan.FromMinutes(5));

        var page = await OpenAsync<HomePage>("/", Role.FullAccess);

        Assert.Equal(["Pump two /assets/pump-2", "Pump one /assets/pump-1"], Links("home-waiting"));
        Assert.Equal(["Pump one /assets/pump-1", "Pump two /assets/pump-2"], Links("home-recent"));
        var secret = page.Find(".waiting-secrets li");
        Assert.Contains("SN-11", secret.TextContent, StringComparison.Ordinal);
        Assert.Matches(@"\d\d:\d\d", secret.TextContent);

        IEnumerable<string> Links(string section) => page.FindAll($"[aria-labelledby={section}] li a")
            .Select(link => $"{link.TextContent} {link.GetAttribute("href")?.Split('?')[0]}");
    }

    [Theory]
    [InlineData("/?org=o15000000000002")]
    [InlineData("/?org=%27%20OR%201%3D1")]
    public async Task Open_OrganizationThatIsNotTheirs_SaysSoAndShowsNothing(string address)
    {
        await Portal.AddDeviceAsync("foreign-1", "SN-4", TestPortal.OtherOrganization);

        var page = await OpenAsync<HomePage>(address, Role.FullAccess);

        Assert.NotEmpty(page.FindAll(".callout-bad"));
        Assert.Empty(page.FindAll(".tile, .rows"));
    }

    private async Task ReplaceAsync(Actor actor, string assetId, string key, bool showsSecret)
    {
        var result = await Portal.Get<ReplacementService>().ReplaceAsync(
            actor, new ReplaceDeviceRequest(AssetSelector.Asset(assetId), key, showsSecret ? SecretDelivery.Reveal : SecretDelivery.None, ReplacementReason.Broken, null, 1, Guid.NewGuid().ToString()));
        Assert.Null(result.Error);
    }
}
