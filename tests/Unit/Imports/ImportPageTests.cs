using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Portal.Core.Access;
using Portal.Features.Imports;
using Unit.Support;

namespace Unit.Imports;

public sealed class ImportPageTests : PageTest
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Choose_FileWithEveryVerdict_ShowsEachRowAndImportsNothing()
    {
        await AddKnownAsync();
        var page = await OpenAsync<ImportPage>("/import", Role.FullAccess);

        await ChooseAsync(
            page,
            ImportFiles.Header,
            Line("new-1", "SN-900"),
            Line("known-1", "SN-1", "Renamed"),
            Line("known-2", "SN-2", "Device known-2"),
            Line("known-2", "SN-9"),
            Line("bad key", "S"));

        Assert.Equal(["5", "1", "1", "1", "2"], page.FindAll(".verdicts .tile-value").Select(tile => tile.TextContent));

        // What stops the file is what is shown first, each row with its reason.
        Assert.Equal(2, page.FindAll("tbody tr").Count);
        Assert.All(page.FindAll("td.reason"), reason => Assert.NotEmpty(reason.TextContent.Trim()));
        Assert.True(page.Find(".actions .btn-primary").HasAttribute("disabled"));
        Assert.Equal(2L, Portal.Database.Scalar<long>("SELECT count(*) FROM devices"));

        await page.InvokeAsync(() => page.FindAll(".verdicts .tile").Single(tile => tile.TextContent.Contains("Name changes", StringComparison.Ordinal)).ClickAsync());
        Assert.Equal("Device known-1", page.Find("tbody del").TextContent);
        Assert.Equal("Renamed", page.Find("tbody ins").TextContent);
    }

    [Fact]
    public async Task Apply_SoundFile_CreatesRenamesAndOffersTheResult()
    {
        await AddKnownAsync();
        var page = await OpenAsync<ImportPage>("/import", Role.FullAccess);
        await ChooseAsync(page, ImportFiles.Header, Line("new-1", "SN-900"), Line("known-1", "SN-1", "Renamed"));

        await page.InvokeAsync(() => page.Find(".actions .btn-primary").ClickAsync());

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".callout-good")), s_patience);
        Assert.Equal("SN-900", Portal.Database.Scalar<string>("SELECT device_key FROM devices WHERE asset_id = 'new-1'"));
        Assert.Equal("Renamed", Portal.Database.Scalar<string>("SELECT name FROM devices WHERE asset_id = 'known-1'"));

        var module = JSInterop.SetupModule("./Features/Imports/ImportPage.razor.js");
        module.Mode = JSRuntimeMode.Loose;
        await page.InvokeAsync(() => page.FindAll(".actions button")[0].ClickAsync());
        page.WaitForAssertion(() => Assert.Equal("fleet.result.csv", module.VerifyInvoke("save").Arguments[0]), s_patience);
    }

    [Theory]
    [InlineData("assetId,name", "Missing: productKey")]
    [InlineData("", "The file has no rows")]
    [InlineData("assetId,productKey,deviceKey,name,timezone\n\"open,a,b,c,d", "Line")]
    public async Task Choose_NoSuchFile_SaysWhyAndLetsChooseAgain(string text, string says)
    {
        var page = await OpenAsync<ImportPage>("/import", Role.FullAccess);

        await ChooseAsync(page, text);

        Assert.Contains(says, page.Find(".callout-bad").TextContent, StringComparison.Ordinal);
        Assert.False(page.Find(".drop").ParentElement!.HasAttribute("hidden"));
    }

    private static string Line(string assetId, string deviceKey, string name = "Inverter") =>
        ImportFiles.Line(assetId, deviceKey, name, $"inverter-{TestPortal.Organization}");

    private async Task AddKnownAsync()
    {
        await Portal.AddDeviceAsync("known-1", "SN-1");
        await Portal.AddDeviceAsync("known-2", "SN-2");
        Portal.Database.Execute("UPDATE devices SET time_zone = '+08:00'");
    }

    private static async Task ChooseAsync(IRenderedComponent<ImportPage> page, params string[] lines)
    {
        var text = string.Join("\r\n", lines);
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(text, "fleet.csv", contentType: "text/csv"));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".verdicts, .callout-bad")), s_patience);
        await Task.CompletedTask;
    }
}
