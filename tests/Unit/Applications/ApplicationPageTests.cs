using System.Security.Cryptography;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Features.Applications;
using Unit.Support;

namespace Unit.Applications;

public sealed class ApplicationPageTests : PageTest
{
    private string _accessKey = "";

    [Fact]
    public async Task Open_Unknown_LooksAsForeign()
    {
        var page = await OpenAsync(Role.Administrator);
        Assert.Equal("Spare parts", page.Find("h1").TextContent);

        var unknown = await OpenAtAsync($"/applications/{Guid.NewGuid()}?org={TestPortal.Organization}", Guid.NewGuid().ToString());

        Assert.DoesNotContain("Spare parts", unknown.Markup, StringComparison.Ordinal);
        Assert.Empty(unknown.FindAll(".page-actions button"));
    }

    [Fact]
    public async Task Open_WithoutTheRight_ShowsNothingButWhy()
    {
        var page = await OpenAsync(Role.FullAccess);

        Assert.NotEmpty(page.FindAll(".callout-bad"));
        Assert.DoesNotContain("Spare parts", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public async Task Edit_OtherRights_ChangesThemAndKeepsTheKeys()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Edit");
        Dialogs.WaitForAssertion(() => Assert.Equal("Spare parts", Dialogs.Find("input").GetAttribute("value")));

        Dialogs.FindAll("input[type=checkbox]")[1].Change(false);
        Dialogs.FindAll("input[type=checkbox]")[3].Change(true);
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Equal(["Read devices", "Read present secrets"], page.FindAll(".granted li").Select(item => item.TextContent.Trim())));
        Assert.Equal(Right.Read | Right.ReadSecrets, (await ReadAsync())!.Rights);
    }

    [Fact]
    public async Task Edit_ChangedMeanwhile_SaysByWhomAndChangesNothing()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Edit");
        Dialogs.WaitForAssertion(() => Dialogs.Find("form input"));
        var tom = await Portal.SignInAsync("tom", Role.Administrator);
        await Portal.Get<ApplicationService>().EditAsync(tom, new EditApplicationRequest(_accessKey, null, "Renamed", Right.Read, false, null));

        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        Dialogs.WaitForAssertion(() => Assert.Contains("tom changed this application", Dialogs.Find(".callout-bad").TextContent, StringComparison.Ordinal));
        Assert.Equal("Renamed", (await ReadAsync())!.Name);
    }

    [Fact]
    public async Task Rotate_Confirmed_SaysWhatBreaksThenShowsTheNewOne()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Rotate");
        Dialogs.WaitForAssertion(() => Assert.Contains("Every client of this application stops at once", Dialogs.Find(".callout-warn").TextContent, StringComparison.Ordinal));
        Assert.Equal(0L, Audited("application.rotateSecret"));

        await Dialogs.InvokeAsync(() => Dialogs.Find(".btn-danger").ClickAsync());

        Dialogs.WaitForAssertion(() => Assert.NotEmpty(Dialogs.FindAll(".reveal")));
        Assert.Equal(1L, Audited("application.rotateSecret"));
    }

    [Fact]
    public async Task Disable_Confirmed_DisablesAndEnableBringsItBack()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Disable");
        Dialogs.WaitForAssertion(() => Dialogs.Find(".btn-danger"));
        Assert.Null((await ReadAsync())!.DisabledAt);
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Equal("Disabled", page.Find(".page-header .badge").TextContent));
        Assert.NotNull((await ReadAsync())!.DisabledAt);
        await ClickAsync(page, "Enable");
        page.WaitForAssertion(() => Assert.Equal("Enabled", page.Find(".page-header .badge").TextContent));
    }

    [Fact]
    public async Task Delete_NameTyped_DeletesAndGoesToTheList()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Delete");
        Dialogs.WaitForAssertion(() => Assert.True(Dialogs.Find(".btn-danger").HasAttribute("disabled")));
        Dialogs.Find("input").Input("Spare part");
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());
        Assert.NotNull(await ReadAsync());

        Dialogs.Find("input").Input("Spare parts");
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.EndsWith(
            $"/applications?org={TestPortal.Organization}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task FirstKey_MadeInTheBrowser_IsCurrentAtOnce()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Set up");
        Dialogs.WaitForAssertion(() => Dialogs.FindComponent<KeyPairMaker>());
        Assert.Empty(Dialogs.FindAll("input[type=radio]"));
        using var pair = RSA.Create(3072);

        // What the script of the component calls, with the public half only.
        Assert.True(await Dialogs.FindComponent<KeyPairMaker>().Instance.RegisterAsync(Spki(pair)));

        Dialogs.WaitForAssertion(() => Assert.Contains(Fingerprint(pair), Dialogs.Markup, StringComparison.Ordinal));
        await Dialogs.InvokeAsync(() => Dialogs.Find(".btn-primary").ClickAsync());
        page.WaitForAssertion(() => Assert.Equal(Fingerprint(pair), page.Find(".keys .key").TextContent));
        Assert.Equal(PublicKeyState.Current, Assert.Single((await ReadAsync())!.Keys).State);
    }

    [Fact]
    public async Task ButtonsOfAScript_BeforeItHasCome_TakeNoClickThatWouldBeLost()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Set up");

        Dialogs.WaitForAssertion(() => Assert.True(Dialogs.Find("[data-act=make]").HasAttribute("disabled")));

        await Dialogs.InvokeAsync(() => Dialogs.FindAll(".segments button")[1].ClickAsync());
        Assert.True(Dialogs.Find("button[type=submit]").HasAttribute("disabled"));
    }

    [Theory]
    [InlineData(false, PublicKeyState.Current, PublicKeyState.Pending)]
    [InlineData(true, PublicKeyState.Retired, PublicKeyState.Current)]
    public async Task Renewal_AsChosen_KeepsTheOldKeyOrCutsIt(bool cuts, PublicKeyState old, PublicKeyState next)
    {
        var page = await OpenAsync(Role.Administrator);
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        await RegisterAsync(page, first, "Set up");
        await ClickAsync(page, "Renew");
        Dialogs.WaitForAssertion(() => Dialogs.FindComponent<KeyPairMaker>());
        Dialogs.FindAll("input[type=radio]")[cuts ? 1 : 0].Change("on");

        Assert.True(await Dialogs.FindComponent<KeyPairMaker>().Instance.RegisterAsync(Spki(second)));

        var keys = (await ReadAsync())!.Keys;
        Assert.Equal((old, next), (StateOf(keys, first), StateOf(keys, second)));
    }

    [Fact]
    public async Task PendingKey_SwitchedByHand_TakesOver()
    {
        var page = await OpenAsync(Role.Administrator);
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        await RegisterAsync(page, first, "Set up");
        await RegisterAsync(page, second, "Renew");
        page.WaitForAssertion(() => Assert.Contains("apim-publickey", page.Find(".keys").TextContent, StringComparison.Ordinal));

        await ClickAsync(page, "Switch now");
        Dialogs.WaitForAssertion(() => Dialogs.Find("form"));
        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Equal(Fingerprint(second), page.Find(".keys .key").TextContent));
        Assert.Equal(PublicKeyState.Retired, StateOf((await ReadAsync())!.Keys, first));
    }

    [Fact]
    public async Task Key_Removed_IsGoneAfterTheQuestion()
    {
        var page = await OpenAsync(Role.Administrator);
        using var pair = RSA.Create(2048);
        await RegisterAsync(page, pair, "Set up");
        await ClickAsync(page, "Remove");
        Dialogs.WaitForAssertion(() => Assert.Contains("11858", Dialogs.Find("form").TextContent, StringComparison.Ordinal));

        await Dialogs.InvokeAsync(() => Dialogs.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), button => button.TextContent.Trim() == "Set up"));
        Assert.DoesNotContain((await ReadAsync())!.Keys, key => key.State != PublicKeyState.Retired);
    }

    [Fact]
    public async Task PastedKey_Unusable_IsRefusedWithTheReason()
    {
        var page = await OpenAsync(Role.Administrator);
        await ClickAsync(page, "Set up");
        await Dialogs.InvokeAsync(() => Dialogs.FindAll(".segments button")[1].ClickAsync());
        var form = Dialogs.FindComponent<PublicKeyForm>().Instance;
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal("The key must have at least 2048 bits.", await form.RegisterAsync(small.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal("This is no RSA key.", await form.RegisterAsync(curve.ExportSubjectPublicKeyInfoPem()));
        Assert.StartsWith("This is no public key.", await form.RegisterAsync("no key at all"), StringComparison.Ordinal);
        Assert.Empty((await ReadAsync())!.Keys);

        using var good = RSA.Create(2048);
        Assert.Null(await form.RegisterAsync(good.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(Fingerprint(good), Assert.Single((await ReadAsync())!.Keys).Fingerprint);
    }

    [Fact]
    public async Task Samples_AreOfThisPortalApplicationAndOrganization()
    {
        var page = await OpenAsync(Role.Administrator);

        foreach (var language in (string[])["curl", "Python", "C#"])
        {
            await page.InvokeAsync(() => page.FindAll(".samples .segments button").First(button => button.TextContent == language).ClickAsync());
            var text = page.Find(".samples pre").TextContent;
            Assert.Contains("http://localhost", text, StringComparison.Ordinal);
            Assert.Contains(_accessKey, text, StringComparison.Ordinal);
            Assert.Contains(TestPortal.Organization, text, StringComparison.Ordinal);
            Assert.DoesNotContain("__", text.Replace("__main__", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(text, page.Find(".samples .copy").GetAttribute("data-copy"));
        }
    }

    private async Task<IRenderedComponent<ApplicationPage>> OpenAsync(Role role)
    {
        var ada = await Portal.SignInAsync("ada", Role.Administrator);
        var made = await Portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(TestPortal.Organization, "Spare parts", Right.Read | Right.Replace));
        _accessKey = made.Value!.AccessKey;
        return await OpenAsync<ApplicationPage>(
            $"/applications/{_accessKey}?org={TestPortal.Organization}", role, parameters => parameters.Add(page => page.AccessKey, _accessKey));
    }

    private Task<IRenderedComponent<ApplicationPage>> OpenAtAsync(string address, string accessKey)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = Render<ApplicationPage>(parameters => parameters.Add(shown => shown.AccessKey, accessKey));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".skeleton-rows")));
        return Task.FromResult(page);
    }

    private async Task RegisterAsync(IRenderedComponent<ApplicationPage> page, RSA pair, string button)
    {
        await ClickAsync(page, button);
        Dialogs.WaitForAssertion(() => Dialogs.FindComponent<KeyPairMaker>());
        Assert.True(await Dialogs.FindComponent<KeyPairMaker>().Instance.RegisterAsync(Spki(pair)));
        Dialogs.WaitForAssertion(() => Assert.Single(Dialogs.FindAll(".flow-foot .btn")));
        await Dialogs.InvokeAsync(() => Dialogs.Find(".flow-foot .btn").ClickAsync());
        page.WaitForAssertion(() => Assert.Contains(Fingerprint(pair), page.Find(".keys").TextContent, StringComparison.Ordinal));
    }

    // The click waits for the dialog that it opens; the test goes on.
    private static async Task ClickAsync(IRenderedComponent<ApplicationPage> page, string name)
    {
        IElement? found = null;
        page.WaitForAssertion(() => found = page.FindAll("button").First(button => button.TextContent.Trim() == name));
        await page.InvokeAsync(() => { _ = found!.ClickAsync(); });
    }

    private async Task<ApplicationSummary?> ReadAsync() =>
        (await Portal.Get<ApplicationQueries>().ListAsync(await AdaAsync(), TestPortal.Organization)).Value!.SingleOrDefault();

    private Task<Actor> AdaAsync() => Portal.SignInAsync("ada", Role.Administrator);

    private long Audited(string action) => Portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='{action}'");

    private static string Spki(RSA pair) => Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo());

    private static string Fingerprint(RSA pair) => Convert.ToHexStringLower(SHA256.HashData(pair.ExportSubjectPublicKeyInfo()));

    private static PublicKeyState StateOf(IReadOnlyList<PublicKeySummary> keys, RSA pair) => keys.Single(key => key.Fingerprint == Fingerprint(pair)).State;
}
