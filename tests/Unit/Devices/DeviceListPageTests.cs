using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Views;
using Portal.Features.Devices;
using Portal.Shared;
using Unit.Support;

namespace Unit.Devices;

public sealed class DeviceListPageTests : BunitContext, IAsyncLifetime
{
    private readonly GatedSearch _gate = new();
    private TestPortal _portal = null!;

    public async ValueTask InitializeAsync()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        _portal = await TestPortal.CreateAsync(configure: services =>
        {
            var real = services.Last(service => service.ServiceType == typeof(IDeviceSearch));
            services.AddSingleton<IDeviceSearch>(provider =>
            {
                _gate.Real = (IDeviceSearch)(real.ImplementationInstance ?? real.ImplementationFactory?.Invoke(provider)
                    ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
                return _gate;
            });
        });
        await _portal.AddDeviceAsync("pump-1", "SN-100", name: "North pump");
        await _portal.AddDeviceAsync("pump-2", "SN-200", status: DeviceStatus.Offline, name: "South pump");
        await _portal.AddDeviceAsync("fan-1", "SN-300", status: DeviceStatus.Disabled, name: "Roof fan");
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Open_NoQuery_ShowsEveryDeviceOfTheOrganizationAndSaysHowMany()
    {
        await _portal.AddDeviceAsync("foreign-1", "SN-1", TestPortal.OtherOrganization);
        var page = await OpenAsync();

        Assert.Equal(["fan-1", "pump-1", "pump-2"], Assets(page).Order());
        Assert.Equal("3 devices", page.Find("#q-said").TextContent);
    }

    [Fact]
    public async Task Type_Text_FiltersInOneRenderAndEchoesTheQuery()
    {
        var page = await OpenAsync();

        // The page may still be at its own last render; a keystroke comes after it.
        await page.InvokeAsync(() => page.Find("#q").InputAsync("p"));
        var before = page.RenderCount;
        await page.InvokeAsync(() => page.Find("#q").InputAsync("pump"));

        page.WaitForAssertion(() => Assert.Equal("2 devices for pump", page.Find("#q-said").TextContent));
        Assert.Equal(["pump-1", "pump-2"], Assets(page).Order());
        Assert.Equal(before + 1, page.RenderCount);
        Assert.Contains("q=pump", page.Find("[data-devices]").GetAttribute("data-address"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Type_NewerQueryWhileOneRuns_ShowsOnlyTheNewerOne()
    {
        var page = await OpenAsync();
        var slow = _gate.Hold();

        var first = page.InvokeAsync(() => page.Find("#q").InputAsync("pump"));
        var second = page.InvokeAsync(() => page.Find("#q").InputAsync("pump-2"));
        page.WaitForAssertion(() => Assert.Equal("1 device for pump-2", page.Find("#q-said").TextContent));
        slow.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal(["pump-2"], Assets(page));
        Assert.Equal("1 device for pump-2", page.Find("#q-said").TextContent);
        Assert.Equal("pump-2", page.Find("#q").GetAttribute("value"));
    }

    [Theory]
    [InlineData("status:sleeping", "status")]
    [InlineData("statsu:online", "statsu")]
    [InlineData("replaced:soon", "replaced")]
    [InlineData("key:", "key")]
    public async Task Type_FaultyText_NamesTheFieldAndKeepsTheRows(string text, string field)
    {
        var page = await OpenAsync();

        await page.InvokeAsync(() => page.Find("#q").InputAsync(text));

        page.WaitForAssertion(() => Assert.Equal("true", page.Find("#q").GetAttribute("aria-invalid")));
        Assert.Contains(field, page.Find("#q-said").TextContent, StringComparison.Ordinal);
        Assert.Equal(3, Assets(page).Count);
    }

    [Fact]
    public async Task Tile_Click_WritesTheTermIntoTheBoxAndTakesItOutAgain()
    {
        var page = await OpenAsync();

        await page.InvokeAsync(() => page.FindAll(".device-tiles .tile")[1].ClickAsync());
        Assert.Equal("status:offline", page.Find("#q").GetAttribute("value"));
        Assert.Equal(["pump-2"], Assets(page));

        await page.InvokeAsync(() => page.FindAll(".device-tiles .tile")[1].ClickAsync());
        Assert.Equal("", page.Find("#q").GetAttribute("value"));
        Assert.Equal(3, Assets(page).Count);
    }

    [Fact]
    public async Task Address_WithTextSortAndColumns_IsShownAndComesBackByNavigation()
    {
        var page = await OpenAsync("?q=pump&sort=-key&cols=key.status&density=compact");
        Assert.Equal(["pump-2", "pump-1"], Assets(page));
        Assert.Equal("descending", page.FindAll("th").Single(header => header.TextContent.Contains("Device key", StringComparison.Ordinal)).GetAttribute("aria-sort"));
        Assert.Empty(page.FindAll(".col-seen"));
        Assert.Contains("table-compact", page.Find("table").ClassName, StringComparison.Ordinal);

        Services.GetRequiredService<NavigationManager>().NavigateTo("/devices?q=fan");

        page.WaitForAssertion(() => Assert.Equal(["fan-1"], Assets(page)));
        Assert.Equal("fan", page.Find("#q").GetAttribute("value"));
    }

    [Fact]
    public async Task Columns_MovedAndHidden_AreShownSoAndRememberedForThePerson()
    {
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.Find("details.menu:nth-of-type(3)").TriggerEventAsync("ontoggle", EventArgs.Empty));
        await page.InvokeAsync(() => page.Find("[aria-label='Move “Status” to the left']").ClickAsync());
        await page.InvokeAsync(() => page.Find("[aria-label='Move “Status” to the left']").ClickAsync());
        await page.InvokeAsync(() => page.FindAll(".check").Single(line => line.TextContent == "Device key").QuerySelector("input")!.ChangeAsync(false));

        string[] expected = ["Asset", "Name", "Status", "Product", "Replaced", "Last seen"];
        Assert.Equal(expected, Headers(page));
        var cells = Row(page, "pump-1").QuerySelectorAll("td").Skip(2).Select(cell => cell.ClassName!);
        Assert.Equal(["grow", "col-status", "col-product", "col-replaced", "col-seen"], cells);

        // Another window, of this person and of somebody else.
        page.WaitForAssertion(() => Assert.Equal(
            "cols=name.status.product.replaced.seen&density=roomy&size=25", _portal.Database.Scalar<string>("SELECT query FROM saved_views")));
        var other = Render<DeviceListPage>();
        other.WaitForAssertion(() => Assert.Equal(expected, Headers(other)));
        Assert.Equal("", (await _portal.Get<SavedViewService>().LayoutAsync(await _portal.SignInAsync("rita", Role.Reader))).Value);
        Assert.Empty((await _portal.Get<SavedViewService>().MineAsync(await _portal.SignInAsync(Role.FullAccess))).Value!);
    }

    [Fact]
    public async Task Select_Rows_ShowsHowManyAndDisablesAfterTheQuestion()
    {
        var page = await OpenAsync();
        var dialogs = Render<MudDialogProvider>();

        await page.InvokeAsync(() => page.Find("thead input").ChangeAsync(true));
        Assert.Contains("3 selected on this page", page.Find(".select-bar").TextContent, StringComparison.Ordinal);
        var disabling = page.InvokeAsync(() => page.FindAll(".select-bar button").Single(button => button.TextContent == "Disable").ClickAsync());
        dialogs.WaitForElement(".btn-danger");
        Assert.Contains("Disable 3 devices?", dialogs.Markup, StringComparison.Ordinal);
        await dialogs.InvokeAsync(() => dialogs.Find(".btn-danger").ClickAsync());
        await disabling;

        page.WaitForAssertion(() => Assert.Contains("2 disabled, 1 left as they were", page.Find(".callout").TextContent, StringComparison.Ordinal));
        Assert.Contains("fan-1", page.Find(".callout").TextContent, StringComparison.Ordinal);
        Assert.Equal(3, await _portal.ReadAsync(db => db.Devices.CountAsync(device => device.Status == DeviceStatus.Disabled)));
        Assert.Empty(page.FindAll(".select-bar"));
    }

    [Fact]
    public async Task Select_AsReader_OffersExportOnly()
    {
        var page = await OpenAsync(role: Role.Reader);

        await page.InvokeAsync(() => page.Find("tbody input").ChangeAsync(true));

        Assert.Equal(["Export", "Clear selection"], page.FindAll(".select-bar button").Select(button => button.TextContent));
        Assert.DoesNotContain("New device", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LiveChange_OfOneDevice_ChangesItsRowAndTheCount()
    {
        var page = await OpenAsync();
        await _portal.StartJobsAsync();
        var others = Assets(page).Where(assetId => assetId != "pump-1").ToDictionary(assetId => assetId, assetId => Row(page, assetId).OuterHtml);
        var ada = await _portal.SignInAsync("ada", Role.FullAccess);

        await _portal.Get<DeviceService>().DisableAsync(ada, AssetSelector.Asset("pump-1"));

        page.WaitForAssertion(() => Assert.Contains("Disabled", Row(page, "pump-1").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        page.WaitForAssertion(() => Assert.Equal("2", page.FindAll(".device-tiles .tile-value")[3].TextContent), TimeSpan.FromSeconds(10));
        Assert.All(others, other => Assert.Equal(other.Value, Row(page, other.Key).OuterHtml));
    }

    [Fact]
    public async Task Row_Clicked_OpensItsOwnDeviceAfterTheRowsHaveChanged()
    {
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.Find("#q").InputAsync("pump-2"));
        page.WaitForAssertion(() => Assert.Equal(["pump-2"], Assets(page)));

        await page.InvokeAsync(() => page.Find("tbody input").ChangeAsync(true));
        Assert.Equal("true", Row(page, "pump-2").GetAttribute("aria-selected"));
        await page.InvokeAsync(() => page.Find("tbody tr").ClickAsync());

        Assert.Equal("is-open", Row(page, "pump-2").ClassName);
        Assert.Contains("pump-2", page.Find(".drawer").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Type_NothingMatches_NamesTheSearchAndOffersToClearIt()
    {
        var page = await OpenAsync();

        await page.InvokeAsync(() => page.Find("#q").InputAsync("nowhere"));
        page.WaitForAssertion(() => Assert.Contains("nowhere", page.Find(".empty-text").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find(".empty-actions .btn-primary").ClickAsync());

        Assert.Equal(3, Assets(page).Count);
    }

    [Theory]
    [InlineData("?page=forged&sort=__proto__&size=99999&cols=..%2F..&density=%00", "sort", "size", "cols", "density", "page")]
    [InlineData("?sort=-name&size=50&cols=&density=compact")]
    [InlineData("?q=%22%00%27;DROP")]
    [InlineData("?q=a&q=b&org=")]
    public async Task Address_WithNonsense_ShowsAPageAndNamesWhatWasLeftOut(string query, params string[] leftOut)
    {
        var page = await OpenAsync(query);

        Assert.NotEmpty(page.FindAll("#q"));
        Assert.Empty(page.FindAll(".callout-bad"));
        Assert.Equal(leftOut, page.FindAll(".callout-warn p:not(.callout-title)").Select(line => line.TextContent.Split('“', '”')[1]));

        // Said of an address, not of what is done next.
        await page.InvokeAsync(() => page.Find("#q").InputAsync("status:online"));
        Assert.Empty(page.FindAll(".callout-warn"));
    }

    [Fact]
    public async Task Address_WithAForeignOrganization_SaysSoAndNotThatThereAreNoDevices()
    {
        var page = await OpenAsync("?org=unknown");

        Assert.Contains("unknown", page.Find(".callout-bad").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".empty"));
    }

    [Theory]
    [Trait("Requirement", "R-41")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("\"><svg onload=alert(1)>")]
    [InlineData("javascript:alert(1)")]
    [InlineData("{{constructor.constructor('alert(1)')()}}")]
    public async Task StoredText_LikeMarkup_IsShownAsText(string text)
    {
        await _portal.AddDeviceAsync("evil-1", text, name: text);
        var page = await OpenAsync();

        Assert.Contains(text, Row(page, "evil-1").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("tbody :is(script, img, svg)"));
        Assert.Empty(page.FindAll("tbody [onerror], tbody [onload]"));
    }

    [Theory]
    [Trait("Requirement", "R-41")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    public async Task FormerKey_LikeMarkup_IsShownAsText(string text)
    {
        await _portal.AddDeviceAsync("evil-1", text);
        Assert.Null((await _portal.ReplaceAsync(await _portal.SignInAsync(Role.FullAccess), "evil-1", "key-new")).Error);
        var page = await OpenAsync("?q=alert");

        Assert.Contains(text, Row(page, "evil-1").QuerySelector(".former")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("tbody :is(script, img, svg)"));
    }

    private async Task<IRenderedComponent<DeviceListPage>> OpenAsync(string query = "", Role? role = null)
    {
        var actor = await _portal.SignInAsync(role ?? Role.FullAccess);
        Services.AddFallbackServiceProvider(_portal.Services);
        Services.AddLocalization();
        Services.AddMudServices();
        Services.AddSingleton<ErrorTexts>();
        Services.AddScoped(provider => new CurrentActor(
            provider.GetRequiredService<AuthenticationStateProvider>(), provider.GetRequiredService<NavigationManager>(), _portal.Get<AccessRules>()));
        var authorization = AddAuthorization();
        authorization.SetAuthorized("olga");
        authorization.SetClaims([.. actor.ToPrincipal().Claims]);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.GetRequiredService<NavigationManager>().NavigateTo("/devices" + query);
        var page = Render<DeviceListPage>();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".skeleton-rows")));
        return page;
    }

    private static List<string> Headers(IRenderedComponent<DeviceListPage> page) => [.. page.FindAll("thead th").Skip(1).Select(header => header.TextContent.Trim())];

    private static List<string> Assets(IRenderedComponent<DeviceListPage> page) => [.. page.FindAll("tbody .row-link").Select(link => link.TextContent)];

    private static IElement Row(IRenderedComponent<DeviceListPage> page, string assetId) =>
        page.FindAll("tbody tr").Single(row => row.QuerySelector(".row-link")!.TextContent == assetId);

    /// <summary>The real search, whose next answer can be held back.</summary>
    private sealed class GatedSearch : IDeviceSearch
    {
        private TaskCompletionSource? _held;

        public IDeviceSearch Real { get; set; } = null!;

        public TaskCompletionSource Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<(DeviceSlice Slice, DeviceCount? Count)> FindAsync(
            DeviceSearch search, DevicePlace? from, bool backward, int limit, bool withCount, CancellationToken cancellationToken)
        {
            var held = Interlocked.Exchange(ref _held, null);
            var found = await Real.FindAsync(search, from, backward, limit, withCount, CancellationToken.None);

            // As if it had been too late to cancel: the answer comes all the same.
            await (held?.Task ?? Task.CompletedTask);
            return found;
        }

        public Task<DeviceMatches> MatchAsync(DeviceSearch search, int limit, CancellationToken cancellationToken) =>
            Real.MatchAsync(search, limit, cancellationToken);

        public Task<Dictionary<string, DeviceRow>> RowsAsync(long organizationNumber, IReadOnlyCollection<string> assetIds, CancellationToken cancellationToken) =>
            Real.RowsAsync(organizationNumber, assetIds, cancellationToken);

        public Task<StatusCounts> StatusCountsAsync(long organizationNumber, CancellationToken cancellationToken) =>
            Real.StatusCountsAsync(organizationNumber, cancellationToken);
    }
}
