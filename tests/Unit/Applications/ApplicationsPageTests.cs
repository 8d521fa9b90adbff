using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Persistence;
using Portal.Core.Reveals;
using Portal.Features.Applications;
using Unit.Support;

namespace Unit.Applications;

public sealed class ApplicationsPageTests : PageTest
{
    private const string Address = $"/applications?org={TestPortal.Organization}";

    [Fact]
    public async Task Open_NoApplications_OffersTheFirst()
    {
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);

        Assert.Contains("No application here yet", page.Find(".empty").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => { _ = page.Find(".empty button").ClickAsync(); });
        Dialogs.WaitForAssertion(() => Dialogs.Find("form input"));
    }

    [Fact]
    public async Task Open_WithApplications_ShowsThoseOfThisOrganizationOnly()
    {
        await Portal.AddOrganizationAsync(TestPortal.OtherOrganization);
        var ada = await Portal.SignInAsync("ada", Role.Administrator, TestPortal.Organization, TestPortal.OtherOrganization);
        await CreateAsync(ada, TestPortal.Organization, "Spare parts", Right.Read | Right.Replace);
        await CreateAsync(ada, TestPortal.OtherOrganization, "Elsewhere", Right.Read);

        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);

        var row = Assert.Single(page.FindAll("tbody tr"));
        Assert.Equal("Spare parts", row.QuerySelector(".row-link")!.TextContent);
        Assert.Equal("Read devices, Replace hardware", row.QuerySelector(".rights")!.TextContent);
        Assert.Equal(["None", "Never"], row.QuerySelectorAll("td").TakeLast(2).Select(cell => cell.TextContent.Trim()));
    }

    [Fact]
    public async Task Open_WithoutTheRight_ShowsNothingButWhy()
    {
        var ada = await Portal.SignInAsync("ada", Role.Administrator);
        await CreateAsync(ada, TestPortal.Organization, "Spare parts", Right.Read);

        var page = await OpenAsync<ApplicationsPage>(Address, Role.FullAccess);

        Assert.NotEmpty(page.FindAll(".callout-bad"));
        Assert.DoesNotContain("Spare parts", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public async Task Create_ClientIdThatIsNone_SaysTheLengthThatTheFieldAndTheCoreHave()
    {
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);
        await OpenFormAsync(page);

        var field = Dialogs.Find("input[id$=-client]");
        Assert.Equal($"{ColumnLengths.BearerClientId}", field.GetAttribute("maxlength"));
        Dialogs.Find("input[id$=-name]").Change("Spare parts");
        Dialogs.Find("input[id$=-client]").Change("two words");
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        Dialogs.WaitForAssertion(() => Assert.Contains($"up to {ColumnLengths.BearerClientId} characters", Dialogs.Find("[id$=-bearerClientId-fault]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "R-38")]
    public async Task Create_FilledIn_MakesItOnceAndRendersNoSecretKey()
    {
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);
        await OpenFormAsync(page);
        Dialogs.Find("input").Change("  Spare parts ");
        Dialogs.FindAll("input[type=checkbox]")[2].Change(true);

        // One element for all: as a browser that has queued them before the first was answered.
        var form = Dialogs.Find("form");
        await Dialogs.InvokeAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => form.SubmitAsync())));

        Dialogs.WaitForAssertion(() => Assert.NotEmpty(Dialogs.FindAll(".reveal")));
        var made = Assert.Single(await ListAsync());
        Assert.Equal(("Spare parts", Right.Read | Right.Replace | Right.ManageDevices, false), (made.Name, made.Rights, made.AllowsClearText));
        var grant = Assert.Single((await Portal.Get<RevealService>().MineAsync(Actor)).Value!);
        using var secret = (await Portal.Get<RevealService>().DisplayAsync(Actor, grant.GrantId)).Value!;
        Assert.Equal(1, secret.Display);
        Assert.DoesNotContain(System.Text.Encoding.ASCII.GetString(secret.Bytes.Span), Dialogs.Markup, StringComparison.Ordinal);
        Assert.Empty(Dialogs.Find("output").TextContent);
        Assert.Contains(made.AccessKey, Dialogs.Find(".facts").TextContent, StringComparison.Ordinal);
        Assert.Empty(Dialogs.FindAll("[data-act=qr]"));
    }

    [Fact]
    public async Task Create_Closed_GoesToTheApplication()
    {
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);
        await OpenFormAsync(page);
        Dialogs.Find("input").Change("Spare parts");
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());
        Dialogs.WaitForAssertion(() => Assert.NotEmpty(Dialogs.FindAll(".reveal")));

        await Dialogs.InvokeAsync(() => Dialogs.Find("[data-act=later]").ClickAsync());

        var accessKey = Assert.Single(await ListAsync()).AccessKey;
        page.WaitForAssertion(() => Assert.EndsWith(
            $"/applications/{accessKey}?org={TestPortal.Organization}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_WithoutAName_SaysSoAtTheFieldAndMakesNothing()
    {
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);
        await OpenFormAsync(page);

        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        Dialogs.WaitForAssertion(() => Assert.Contains("Name:", Dialogs.Find(".field-error").TextContent, StringComparison.Ordinal));
        Assert.Equal("true", Dialogs.Find("input").GetAttribute("aria-invalid"));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Create_ClientIdOfAnother_SaysSoAtTheField()
    {
        var ada = await Portal.SignInAsync("ada", Role.Administrator);
        await CreateAsync(ada, TestPortal.Organization, "First", Right.Read, "client-1");
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);
        await OpenFormAsync(page);
        Dialogs.Find("input").Change("Second");
        Dialogs.FindAll("input")[^1].Change("client-1");

        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        Dialogs.WaitForAssertion(() => Assert.Contains("belongs to another application", Dialogs.Find(".field-error").TextContent, StringComparison.Ordinal));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Create_ClearTextOn_WarnsBeforeItIsMade()
    {
        var page = await OpenAsync<ApplicationsPage>(Address, Role.Administrator);
        await OpenFormAsync(page);
        Assert.Empty(Dialogs.FindAll(".callout-warn"));
        Assert.Equal("Insecure", Dialogs.Find(".badge-bad").TextContent);

        Dialogs.FindAll("input[type=checkbox]")[^1].Change(true);

        Assert.Contains("has the secret of the device", Dialogs.Find(".callout-warn").TextContent, StringComparison.Ordinal);
    }

    private async Task OpenFormAsync(IRenderedComponent<ApplicationsPage> page)
    {
        // The click waits for the dialog that it opens; the test goes on.
        await page.InvokeAsync(() => { _ = page.Find(".page-actions button").ClickAsync(); });
        Dialogs.WaitForAssertion(() => Dialogs.Find("form input"));
    }

    private async Task<IReadOnlyList<ApplicationSummary>> ListAsync() =>
        (await Portal.Get<ApplicationQueries>().ListAsync(Actor, TestPortal.Organization)).Value!;

    private async Task CreateAsync(Actor actor, string organizationId, string name, Right rights, string? clientId = null)
    {
        var result = await Portal.Get<ApplicationService>().CreateAsync(actor, new CreateApplicationRequest(organizationId, name, rights, false, clientId));
        Assert.True(result.IsSuccess, result.Error?.Message);
    }
}
