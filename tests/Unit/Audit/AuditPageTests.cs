using Bunit;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Features.Audit;
using Unit.Support;

namespace Unit.Audit;

public sealed class AuditPageTests : PageTest
{
    [Theory]
    [InlineData("", 4)]
    [InlineData("?asset=pump-1", 2)]
    [InlineData("?asset=pump-1&action=device.disable", 1)]
    [InlineData("?person=tom", 1)]
    [InlineData("?from=2026-11-23&to=2026-11-23", 4)]
    [InlineData("?to=2026-11-22", 0)]
    public async Task Open_Filter_ShowsWhatFits(string query, int lines)
    {
        await ActAsync();

        var page = await OpenAsync<AuditPage>("/audit" + query, Role.Auditor);

        // The auditor's own sign-in is one more line where the filter lets it through.
        var own = query is "" or "?from=2026-11-23&to=2026-11-23" ? 1 : 0;
        Assert.Equal(lines + own, page.FindAll("tbody tr").Count);
        Assert.Equal(lines == 0, page.FindAll(".empty").Count == 1);
    }

    [Theory]
    [InlineData("org", "elsewhere", "There is no organization")]
    [InlineData("person", "PPP", "Person:")]
    [InlineData("asset", "PPP", "Asset ID:")]
    [InlineData("action", "device.explode", "Action:")]
    [InlineData("from", "yesterday", "From:")]
    [InlineData("from", "2026-02-30", "From:")]
    [InlineData("to", "9999-12-31", "To:")]
    [InlineData("before", "-1", "This page link")]
    [InlineData("before", "99999999999999999999", "This page link")]
    public async Task Open_FaultyParameter_NamesTheFieldAndShowsNoLines(string field, string value, string says)
    {
        await ActAsync();

        var page = await OpenAsync<AuditPage>($"/audit?{field}={value.Replace("PPP", new string('p', 201), StringComparison.Ordinal)}", Role.Auditor);

        Assert.StartsWith(says, page.Find(".callout-warn").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public async Task Open_OneLine_CountsItAsOne()
    {
        await ActAsync();

        var page = await OpenAsync<AuditPage>("/audit?person=tom", Role.Auditor);

        Assert.StartsWith("1 entry, number ", page.Find(".table-foot span").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_Click_ShowsTheFactsAndHidesThemAgain()
    {
        await ActAsync();
        var page = await OpenAsync<AuditPage>("/audit?asset=pump-1&action=device.disable", Role.Auditor);

        await page.InvokeAsync(() => page.Find("tbody button").ClickAsync());
        Assert.Equal("true", page.Find("tbody button").GetAttribute("aria-expanded"));
        Assert.Contains("192.0.2.1", page.Find("tr.detail").TextContent, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("tbody button").ClickAsync());
        Assert.Empty(page.FindAll("tr.detail"));
    }

    [Fact]
    public async Task Verify_UntouchedTrail_IsSoundAndShowsItsHead()
    {
        await ActAsync();
        var page = await OpenAsync<AuditPage>("/audit", Role.Auditor);

        await VerifyAsync(page);

        Assert.Contains("The trail is sound", page.Find(".callout-good").TextContent, StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{64}$", page.Find(".head-hash").TextContent);
    }

    [Fact]
    public async Task Verify_AlteredLine_SaysWhichOne()
    {
        await ActAsync();
        var page = await OpenAsync<AuditPage>("/audit", Role.Auditor);
        Assert.Equal(1, Portal.Database.Execute("UPDATE audit_entries SET actor_name = 'Somebody' WHERE sequence = 2"));

        await VerifyAsync(page);

        Assert.Contains("Entry 2 was altered", page.Find(".callout-bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithoutTheRight_ShowsNoLine()
    {
        await ActAsync();

        var page = await OpenAsync<AuditPage>("/audit", Role.FullAccess);

        Assert.Contains("Your role does not include this", page.Find(".callout").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table"));
    }

    /// <summary>Two sign-ins and two changes: four lines.</summary>
    private async Task ActAsync()
    {
        await Portal.AddDeviceAsync("pump-1", "SN-1");
        var olga = await Portal.SignInAsync("maria", Role.FullAccess);
        await Portal.SignInAsync("tom", Role.Technician);
        var selector = AssetSelector.Asset("pump-1");
        Assert.Null((await Portal.Get<DeviceService>().DisableAsync(olga, selector, 1)).Error);
        Assert.Null((await Portal.Get<DeviceService>().EnableAsync(olga, selector, 2)).Error);
    }

    private static async Task VerifyAsync(IRenderedComponent<AuditPage> page)
    {
        await page.InvokeAsync(() => page.Find("header button").ClickAsync());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".spinner")), TimeSpan.FromSeconds(10));
    }
}
