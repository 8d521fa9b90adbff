using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Features.Assets;
using Portal.Features.Home;
using Portal.Features.Replacements;
using Unit.Support;

namespace Unit.Connections;

/// <summary>What the pages say of the hardware on site.</summary>
public sealed class ConnectionPageTests : PageTest
{
    private const string Asset = "pump-1";
    private const string Elsewhere = "192.0.2.9";

    [Fact]
    public async Task Asset_NobodyHasTriedYet_SaysSo()
    {
        await Portal.AddDeviceAsync(Asset, "SN-1");

        var page = await OpenAsync(Role.Reader);

        Assert.Contains("No device has tried", page.Find(".connections").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".knocks"));
    }

    [Fact]
    public async Task Asset_OldUnitAndAWrongSecret_AreNamedWithWhatToTry()
    {
        await ReplacedAsync();
        await KnockAsync("SN-1", 14);
        await KnockAsync("SN-2", 2, Elsewhere);

        var page = await OpenAsync(Role.Technician);

        Assert.Equal(["The right key with a wrong secret", "The old unit is still powered"], page.FindAll(".knocks .callout-title").Select(title => title.TextContent));
        var (wrong, old) = (page.FindAll(".knocks li")[0], page.FindAll(".knocks li")[1]);
        Assert.Contains("2 tries", wrong.TextContent, StringComparison.Ordinal);
        Assert.Contains(Elsewhere, wrong.TextContent, StringComparison.Ordinal);
        Assert.Contains("Was the secret typed correctly?", wrong.TextContent, StringComparison.Ordinal);
        Assert.Contains("14 tries", old.TextContent, StringComparison.Ordinal);
        Assert.Empty(old.QuerySelectorAll("button"));
        Assert.Equal("Re-issue secret", wrong.QuerySelector("button")!.TextContent);
        await page.InvokeAsync(() => { _ = page.Find(".knocks button").ClickAsync(); });
        Dialogs.WaitForAssertion(() => Assert.NotEmpty(Dialogs.FindAll("h2")));
    }

    [Fact]
    public async Task Asset_WrongSecretForAReader_OffersNothingThatWouldBeRefused()
    {
        await ReplacedAsync();
        await KnockAsync("SN-2", 1);

        var page = await OpenAsync(Role.Reader);

        Assert.Contains("1 try", page.Find(".knocks").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".knocks button"));
    }

    [Fact]
    public async Task Asset_UnitOfAnotherAsset_IsNamedAndLinked()
    {
        await ReplacedAsync();
        await Portal.AddDeviceAsync("pump-2", "SN-9");
        await KnockAsync("SN-2", 6, Elsewhere, callsItself: "SN-9");

        var page = await OpenAsync(Role.Technician);

        // The fifth try and the sixth were refused unseen: it is still the same unit.
        Assert.Equal("A unit of asset pump-2 tries with this asset's key", page.Find(".knocks .callout-title").TextContent);
        Assert.Contains("6 tries", page.Find(".knocks").TextContent, StringComparison.Ordinal);
        Assert.StartsWith("/assets/pump-2", page.Find(".knocks a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(["Too many tries; refused for a few minutes", "A unit of asset pump-2, with this asset's key"], Reasons(page).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    [Trait("Requirement", "R-29")]
    public async Task Asset_UnitOfAnotherOrganization_IsNotNamed()
    {
        await ReplacedAsync();
        await KnockAsync("SN-2", 1, callsItself: "SN-elsewhere");
        await Portal.WriteAsync(db =>
        {
            var line = db.ConnectionLines.Single();
            db.Remove(line);
            db.Add(new ConnectionLine
            {
                DeviceId = line.DeviceId,
                OrganizationNumber = line.OrganizationNumber,
                Kind = line.Kind,
                Code = line.Code,
                DeviceKey = line.DeviceKey,
                By = KnockedBy.OtherUnit,
                FirstAt = line.FirstAt,
                At = line.At,
            });
        });

        var page = await OpenAsync(Role.FullAccess);

        Assert.Equal("A unit that goes by another name tries with this asset's key", page.Find(".knocks .callout-title").TextContent);
        Assert.Empty(page.FindAll(".knocks a"));
    }

    [Fact]
    public async Task Asset_NewHardwareConnected_SpeaksOfItsEarlierTriesNoMoreAndOfTheOldUnitForADay()
    {
        await ReplacedAsync();
        await KnockAsync("SN-1", 1);
        await KnockAsync("SN-2", 1, Elsewhere);
        Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        var session = PortalCommands.Value(await Portal.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(Portal, Asset)).Connect()));
        await Portal.Get<ConnectionLog>().FlushAsync();
        Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Portal.Get<DeviceDoor>().SignOut(session, SignOutReason.KeepAlive);
        await Portal.Get<ConnectionLog>().FlushAsync();

        var page = await OpenAsync(Role.Technician);
        Assert.Equal(["The old unit is still powered"], page.FindAll(".knocks .callout-title").Select(title => title.TextContent));
        Assert.Equal(["Signed out", "Activated", "Refused", "Refused"], page.FindAll(".connections tbody .badge").Select(badge => badge.TextContent));
        Assert.Equal(["The device fell silent", "First sign-in of this hardware"], Reasons(page).Take(2));
        Assert.Contains("code 742", page.Find(".connections").TextContent, StringComparison.Ordinal);

        Portal.Clock.Advance(TimeSpan.FromDays(1));
        var tom = await Portal.SignInAsync("tom", Role.Technician);
        Assert.Empty(PortalCommands.Value(await Portal.Get<ConnectionQueries>().ReadAsync(tom, Asset)).Knocks);
    }

    [Fact]
    public async Task Asset_LongLog_ShowsTheNewestAndMoreWhenAskedTo()
    {
        var device = await Portal.AddDeviceAsync(Asset, "SN-1");
        await Portal.WriteAsync(db => db.AddRange(Enumerable.Range(0, 45).Select(minute => new ConnectionLine
        {
            DeviceId = device.Id,
            OrganizationNumber = device.OrganizationNumber,
            Kind = ConnectionKind.SignedIn,
            Code = ConnectionCodes.Ok,
            DeviceKey = $"SN-{minute}",
            FirstAt = Portal.Clock.GetUtcNow().AddMinutes(minute),
            At = Portal.Clock.GetUtcNow().AddMinutes(minute),
        })));

        var page = await OpenAsync(Role.Reader);

        Assert.Equal(10, page.FindAll(".connections tbody tr").Count);
        Assert.Contains("SN-44", page.Find(".connections tbody tr").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find(".connections .card-foot button").ClickAsync());
        await page.InvokeAsync(() => page.Find(".connections .card-foot button").ClickAsync());
        page.WaitForAssertion(() => Assert.Equal(45, page.FindAll(".connections tbody tr").Count));
        Assert.Empty(page.FindAll(".connections .card-foot"));
    }

    [Fact]
    public async Task Asset_DeviceKnocksWhileThePageIsOpen_ShowsItWithoutAReload()
    {
        await ReplacedAsync();
        await Portal.StartJobsAsync();
        var page = await OpenAsync(Role.Technician);

        await Portal.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(Portal, Asset) with { DeviceKey = "SN-1", Secret = "old" }).Connect());

        page.WaitForAssertion(() => Assert.Equal("The old unit is still powered", page.Find(".knocks .callout-title").TextContent), TimeSpan.FromSeconds(10));
        Assert.Equal("The old unit is still powered", page.Find("[role=status].sr-only").TextContent);
    }

    [Fact]
    public async Task Home_KnocksAtAWaitingAsset_StandInItsLine()
    {
        await ReplacedAsync();
        await KnockAsync("SN-1", 3);
        await KnockAsync("SN-2", 1);

        var page = await OpenAsync<HomePage>("/", Role.Reader);

        Assert.Equal(
            ["The right key with a wrong secret: 1 try", "The old unit is still powered: 3 tries"],
            page.FindAll("[aria-labelledby=home-waiting] .knock").Select(knock => knock.TextContent.Trim().Split(',')[0]));
    }

    [Fact]
    public async Task WaitingScreen_Knocks_StandBeforeWhatToTry()
    {
        await ReplacedAsync();
        await KnockAsync("SN-1", 3);
        await OpenAsync(Role.Technician);

        await Dialogs.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowProgressAsync(Asset));

        Dialogs.WaitForAssertion(() => Assert.Contains("3 tries", Dialogs.Find(".knocks").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(Dialogs.FindAll(".knocks ~ .wait-try"));
    }

    private Task<IRenderedComponent<AssetPage>> OpenAsync(Role role) =>
        OpenAsync<AssetPage>($"/assets/{Asset}", role, parameters => parameters.Add(page => page.AssetId, Asset));

    /// <summary>SN-1 was behind the asset, SN-2 is.</summary>
    private async Task ReplacedAsync()
    {
        await Portal.AddDeviceAsync(Asset, "SN-1", status: DeviceStatus.Offline);
        Portal.Clock.Advance(TimeSpan.FromMinutes(1));
        PortalCommands.Value(await Portal.ReplaceAsync(await Portal.SignInAsync(Role.FullAccess), Asset, "SN-2", showSecret: false));
    }

    private async Task KnockAsync(string deviceKey, int times, string? address = "192.0.2.7", string? callsItself = null)
    {
        var unit = (await TestDevice.OfAsync(Portal, Asset)) with { DeviceKey = deviceKey, Secret = "another" };
        for (var i = 0; i < times; i++)
        {
            Assert.IsType<DeviceRefused>((await Portal.Get<DeviceDoor>().SignInAsync(unit.Connect(address, callsItself))).Error);
        }

        await Portal.Get<ConnectionLog>().FlushAsync();
    }

    private static IEnumerable<string> Reasons(IRenderedComponent<AssetPage> page) =>
        page.FindAll(".connections tbody .what > span:nth-child(2)").Select(reason => reason.TextContent);
}
