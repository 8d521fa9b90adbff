using AngleSharp.Dom;
using Bunit;
using Portal.Core.Access;
using Portal.Core.Sessions;
using Portal.Features.People;
using Unit.Support;

namespace Unit.People;

public sealed class PeoplePageTests : PageTest
{
    [Fact]
    public async Task Open_Administrator_ShowsEverybodyWithRoleAndOrganizationByName()
    {
        await Portal.SignInAsync("tom", Role.Technician);

        var page = await OpenAsync<PeoplePage>("/people", Role.Administrator);

        var row = Row(page, "tom");
        Assert.Contains("Technician", row.TextContent, StringComparison.Ordinal);
        Assert.Equal($"Organization {TestPortal.Organization}", row.QuerySelector(".organizations")!.TextContent);
        Assert.Equal("1", row.QuerySelector(".numeric")!.TextContent);
    }

    [Fact]
    public async Task Open_OwnRow_HasNoDisable()
    {
        var page = await OpenAsync<PeoplePage>("/people", Role.Administrator);

        Assert.Equal(["End sessions"], Row(page, "olga").QuerySelectorAll("button").Select(button => button.TextContent));
    }

    [Fact]
    public async Task Disable_Confirmed_KeepsThePersonOutAndEndsTheirSessions()
    {
        var tom = await Portal.SignInAsync("tom", Role.Technician);
        var page = await OpenAsync<PeoplePage>("/people", Role.Administrator);

        await ClickAsync(page, "tom", "Disable");
        Assert.Null(await DisabledAtAsync());
        Assert.Contains("tom", page.Find(".callout-warn").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find(".callout-warn .btn-danger").ClickAsync());

        page.WaitForAssertion(() => Assert.NotNull(Row(page, "tom").QuerySelector(".badge-bad")));
        Assert.NotNull(await DisabledAtAsync());
        Assert.False(await Portal.Get<SessionService>().IsActiveAsync(tom.SessionId));
        Assert.Equal(["Enable"], Row(page, "tom").QuerySelectorAll("button").Select(button => button.TextContent));

        async Task<DateTimeOffset?> DisabledAtAsync() =>
            (await Portal.Get<AccountService>().ListAsync(Actor)).Value!.Single(person => person.Subject == "tom").DisabledAt;
    }

    [Fact]
    public async Task Disable_Cancelled_ChangesNothing()
    {
        var tom = await Portal.SignInAsync("tom", Role.Technician);
        var page = await OpenAsync<PeoplePage>("/people", Role.Administrator);

        await ClickAsync(page, "tom", "Disable");
        await page.InvokeAsync(() => page.FindAll(".callout-warn button")[1].ClickAsync());

        Assert.Empty(page.FindAll(".callout"));
        Assert.True(await Portal.Get<SessionService>().IsActiveAsync(tom.SessionId));
    }

    [Fact]
    public async Task EndSessions_Confirmed_SignsThePersonOutButLetsThemBackIn()
    {
        var tom = await Portal.SignInAsync("tom", Role.Technician);
        var page = await OpenAsync<PeoplePage>("/people", Role.Administrator);

        await ClickAsync(page, "tom", "End sessions");
        await page.InvokeAsync(() => page.Find(".callout-warn .btn-danger").ClickAsync());

        page.WaitForAssertion(() => Assert.Equal("0", Row(page, "tom").QuerySelector(".numeric")!.TextContent));
        Assert.False(await Portal.Get<SessionService>().IsActiveAsync(tom.SessionId));
        Assert.True(await Portal.Get<SessionService>().IsActiveAsync((await Portal.SignInAsync("tom", Role.Technician)).SessionId));
    }

    [Fact]
    public async Task Open_WithoutTheRight_ShowsNobody()
    {
        var page = await OpenAsync<PeoplePage>("/people", Role.FullAccess);

        Assert.NotEmpty(page.FindAll(".callout-bad"));
        Assert.Empty(page.FindAll("tbody tr"));
    }

    private static Task ClickAsync(IRenderedComponent<PeoplePage> page, string name, string button) => page.InvokeAsync(() =>
        Row(page, name).QuerySelectorAll("button").Single(found => found.TextContent == button).ClickAsync());

    private static IElement Row(IRenderedComponent<PeoplePage> page, string name) =>
        page.FindAll("tbody tr").Single(row => row.QuerySelector("th")!.TextContent.Trim().StartsWith(name, StringComparison.Ordinal));
}
