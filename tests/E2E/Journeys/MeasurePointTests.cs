using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Deque.AxeCore.Playwright;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Portal.Core.Connections;
using Portal.Core.MeasurePoints;
using Portal.Core.SampleFleet;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

[Collection(Fleet.UsedByOneTestAtATime)]
public sealed class MeasurePointTests(PortalFixture portal) : Journey(portal)
{
    private const string Timestamp = "1795447138138";

    [Fact]
    public async Task Operator_notes_the_reading_of_a_meter_replaces_it_and_sees_the_total_go_on()
    {
        var (assetId, productKey) = new Fleet(Portal).NextMeter();
        var page = await SignInAsync();
        var asset = await AssetPage.OpenAsync(page, assetId);
        var data = new AssetDataSection(page);
        await data.PickAsync(SampleSignals.EnergyTotal, "1 h");
        await Expect(data.Chart).ToBeVisibleAsync();
        await Expect(data.Changes).ToHaveCountAsync(0);
        var total = await data.Latest.TextContentAsync();

        var dialog = await asset.ReplaceAsync();
        await dialog.NoteReadingAsync(SampleSignals.EnergyTotal);
        await ExpectAccessibleAsync(dialog.Dialog.RunAxe(), "the dialog with a reading");
        await dialog.ReplaceAsync($"{assetId}-meter");
        var secret = await dialog.ReadSecretAsync();
        await dialog.Stored.ClickAsync();
        await Expect(dialog.Dialog.GetByText("No sign-in yet from")).ToBeVisibleAsync();
        var session = await SignInAsync(productKey, $"{assetId}-meter", secret);
        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Finish" }).ClickAsync();
        await Expect(data.Changes).ToHaveCountAsync(1);
        await Expect(data.Changes).ToContainTextAsync("nothing yet");

        await PostAsync(session, 0.5);
        await Expect(data.Changes).ToContainTextAsync("First after0.5");
        await Expect(data.Latest).ToHaveTextAsync(total!);
        await PostAsync(session, 2.5);
        await Expect(data.Latest).ToHaveTextAsync((double.Parse(total!, CultureInfo.InvariantCulture) + 2).ToString("#,##0.######", CultureInfo.InvariantCulture));
        await Expect(data.Changes).ToContainTextAsync("is added to what the new unit sends");

        await data.PointAtAsync(0.999f);
        await Expect(data.ReadOut).ToContainTextAsync("as sent");
        await data.ShowTableAsync();
        await Expect(data.Table).ToContainTextAsync($"{assetId}-meter");
        await ExpectAccessibleAsync(page.Locator("main").RunAxe(), "the asset page with a chart and its table");

        var csv = await page.APIRequest.GetAsync((await data.Csv.GetAttributeAsync("href"))!);
        Assert.Equal(200, csv.Status);
        Assert.Contains($",energyTotal,2.5,", await csv.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Axe_finds_nothing_on_an_asset_with_data_in_either_theme()
    {
        var assetId = new Fleet(Portal).ReplacedMeter();
        foreach (var theme in Screens.Themes)
        {
            var page = await SignInAsync("Rita Novak", Screens.Of(Screens.Sizes[0], theme));
            await AssetPage.OpenAsync(page, assetId);
            var data = new AssetDataSection(page);
            await data.PickAsync(SampleSignals.EnergyTotal, "7 d");
            await Expect(data.Chart).ToBeVisibleAsync();
            await data.ShowTableAsync();

            await ExpectAccessibleAsync(page.RunAxe(), $"an asset with data, {theme}");
        }
    }

    /// <summary>As the hardware would, with the secret that was pasted into it.</summary>
    private async Task<DeviceSession> SignInAsync(string productKey, string deviceKey, string secret)
    {
        var sign = SHA256.HashData(Encoding.UTF8.GetBytes($"clientId{deviceKey}deviceKey{deviceKey}productKey{productKey}timestamp{Timestamp}{secret}"));
        var result = await Portal.Services.GetRequiredService<DeviceDoor>().SignInAsync(new DeviceConnect(
            $"{deviceKey}|securemode=2,signmethod=sha256,timestamp={Timestamp}|", $"{deviceKey}&{productKey}", Encoding.ASCII.GetBytes(Convert.ToHexString(sign)), "192.0.2.77"));
        Assert.Null(result.Error);
        return result.Value!;
    }

    private async Task PostAsync(DeviceSession session, double total) => Assert.Null((await Portal.Services.GetRequiredService<MeasureIngest>().PostAsync(
        [new MeasurePost(session, DateTimeOffset.UtcNow, [new MeasureValue(SampleSignals.EnergyTotal, total, null)])])).Error);
}
