using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.MeasurePoints;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Features.Replacements;
using Portal.Shared;
using Unit.MeasurePoints;
using Unit.Support;

namespace Unit.Replacements;

public sealed class ReplaceDeviceDialogTests
{
    [Theory]
    [InlineData("", "Type or scan the new key first.")]
    [InlineData("abc", "1 more to go")]
    [InlineData("new:key", "Character 4 (:) cannot be in a key.")]
    [InlineData("new\u200Bkey", "Character 4 (U+200B) cannot be in a key.")]
    [InlineData("logger-old", "This is the key that the asset has now.")]
    [InlineData("logger-two", "The key is in use by asset asset-2.")]
    [InlineData("logger-new", "Choose a reason.")]
    public async Task Typing_Key_SaysWhyTheButtonIsOff(string key, string reason)
    {
        await using var test = await DialogTest.OpenAsync();

        test.Type(key);

        test.Provider.WaitForAssertion(() => Assert.StartsWith(reason, test.WhyOff, StringComparison.Ordinal), s_patience);
        Assert.Equal("true", test.Button.GetAttribute("aria-disabled"));
        test.Button.Click();
        Assert.Equal(0L, test.Replacements);
    }

    [Fact]
    public async Task Reading_OfAMeter_IsNotedWithTheReplacement()
    {
        await using var test = await DialogTest.OpenAsync(before: portal => portal.PostAsync("asset-1", portal.Clock.GetUtcNow(), 45_003.5));
        test.Type("logger-new");
        test.ChooseReason();
        test.Provider.WaitForAssertion(() => Assert.Null(test.Button.GetAttribute("aria-disabled")), s_patience);

        test.Provider.Find(".baseline select").Change(Meters.Energy);
        test.Provider.WaitForAssertion(() => Assert.StartsWith("Type the reading of the old unit", test.WhyOff, StringComparison.Ordinal), s_patience);
        test.Provider.Find(".baseline input").Input("45,010");
        test.Provider.WaitForAssertion(
            () => Assert.StartsWith("A number, with a point", test.Provider.Find(".baseline .field-error").TextContent, StringComparison.Ordinal), s_patience);
        test.Provider.Find(".baseline button").Click();
        Assert.Equal("45003.5", test.Provider.Find(".baseline input").GetAttribute("value"));
        test.Provider.Find(".baseline input").Input("45010");
        await test.SubmitAsync();

        test.Provider.WaitForAssertion(() => Assert.Equal(1L, test.Replacements), s_patience);
        Assert.Equal(["point=energyTotal|value=45010"], test.Portal.Database.Rows("SELECT point, value FROM counter_baselines"));
    }

    [Fact]
    public async Task Reading_OfAnAssetWithoutNumbers_IsNotAskedFor()
    {
        await using var test = await DialogTest.OpenAsync(before: portal =>
            portal.PostValuesAsync(portal.SessionOf("asset-1"), portal.Clock.GetUtcNow(), new MeasureValue("state", null, "on")));

        Assert.Empty(test.Provider.FindAll(".baseline"));
    }

    [Fact]
    public async Task Typing_TooLongKey_SaysHowManyAreTooMany()
    {
        await using var test = await DialogTest.OpenAsync();

        test.Type(new string('a', 66));

        Assert.StartsWith("2 too many", test.WhyOff, StringComparison.Ordinal);
        Assert.Contains("66/64", test.Provider.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typing_KeyThatDiffersByCase_WarnsAndLetsPass()
    {
        await using var test = await DialogTest.OpenAsync();

        test.Type("LOGGER-two");
        test.ChooseReason();

        test.Provider.WaitForAssertion(() => Assert.Contains("logger-two", test.Provider.Find(".checks .warn").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Null(test.Button.GetAttribute("aria-disabled"));
    }

    [Fact]
    public async Task Submit_KeyWithBlanksAroundIt_UsesItWithoutThemAndSaysSo()
    {
        await using var test = await DialogTest.OpenAsync();

        test.Type("  logger-new ");
        test.ChooseReason();

        Assert.Contains("Blanks at the ends were left out", test.Provider.Markup, StringComparison.Ordinal);
        await test.SubmitAsync();
        Assert.Equal("logger-new", test.Portal.Database.Scalar<string>("SELECT device_key FROM devices WHERE asset_id='asset-1'"));
    }

    [Fact]
    [Trait("Requirement", "R-27")]
    public async Task Open_ProductWithoutActivation_DoesNotOfferIt()
    {
        await using var test = await DialogTest.OpenAsync();

        Assert.DoesNotContain("dynamic activation", test.Provider.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, 0, 1)]
    [InlineData(true, false, 1, 0)]
    [InlineData(true, true, 1, 1)]
    [Trait("Requirement", "R-27")]
    public async Task Submit_ProductWithActivation_OpensItOnlyWhenAskedToAndShowsTheSecretOnlyThen(bool fetches, bool showsAllTheSame, long opened, long grants)
    {
        await using var test = await DialogTest.OpenAsync(allowsActivation: true);
        test.Type("logger-new");
        test.ChooseReason();
        test.Provider.WaitForAssertion(() => Assert.Null(test.Button.GetAttribute("aria-disabled")), s_patience); // the answer about the key is there
        Assert.Null(test.Check("dynamic activation").GetAttribute("checked"));

        if (fetches)
        {
            test.Check("dynamic activation").Change(true);
            test.Provider.WaitForAssertion(() => Assert.NotNull(test.Check("Do not show").GetAttribute("checked")), s_patience);
            test.Provider.WaitForAssertion(
                () => Assert.Contains("with the product secret", test.Provider.Find(".checks").TextContent, StringComparison.Ordinal), s_patience);
        }

        if (showsAllTheSame)
        {
            test.Check("Do not show").Change(false);
            test.Provider.WaitForAssertion(() => Assert.Null(test.Check("Do not show").GetAttribute("checked")), s_patience);
        }

        await test.SubmitAsync();

        Assert.Equal(opened, test.Portal.Database.Scalar<long>("SELECT allows_activation FROM replacements"));
        Assert.Equal(grants, test.Portal.Database.Scalar<long>("SELECT count(*) FROM reveal_grants"));
        Assert.Equal(opened, test.Portal.Database.Scalar<long>("SELECT json_extract(detail, '$.allowsActivation') FROM audit_entries WHERE action = 'device.replace'"));
    }

    [Fact]
    [Trait("Requirement", "R-22")]
    public async Task Submit_FiveClicksAtOnce_ReplacesOnce()
    {
        await using var test = await DialogTest.OpenAsync();
        test.Type("logger-new");
        test.ChooseReason();
        test.Provider.WaitForAssertion(() => Assert.Null(test.Button.GetAttribute("aria-disabled")), s_patience);

        // One element for all five: as a browser that has queued them before the first was answered.
        var button = test.Button;
        await test.Provider.InvokeAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => button.ClickAsync(new()))));

        test.Provider.WaitForAssertion(() => Assert.NotEmpty(test.Provider.FindAll(".reveal")), s_patience);
        Assert.Equal(1L, test.Replacements);
        Assert.Equal(1L, test.Portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE action='device.replace'"));
    }

    [Fact]
    public async Task SecretButtons_BeforeTheirScriptHasCome_TakeNoClickThatWouldBeLost()
    {
        await using var test = await DialogTest.OpenAsync();
        test.Type("logger-new");
        test.ChooseReason();
        await test.SubmitAsync();

        test.Provider.WaitForAssertion(() => Assert.NotEmpty(test.Provider.FindAll(".reveal")), s_patience);
        Assert.Equal(
            ["fetch", "copy", "json", "env", "qr", "ack"],
            test.Provider.FindAll(".reveal button[disabled]").Select(button => button.GetAttribute("data-act")));
    }

    [Fact]
    public async Task Submit_DeviceChangedMeanwhile_SaysByWhomKeepsWhatWasTypedAndGoesOn()
    {
        await using var test = await DialogTest.OpenAsync();
        test.Type("logger-new");
        test.ChooseReason();
        var tom = await test.Portal.SignInAsync("tom", Role.FullAccess);
        await test.Portal.Get<DeviceUpdateService>().UpdateAsync(tom, new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: true) { Name = "Renamed", SeenVersion = 1 });

        await test.SubmitAsync();

        test.Provider.WaitForAssertion(() => Assert.Contains("tom changed it", test.Provider.Find(".callout-warn").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Equal(0L, test.Replacements);
        test.Provider.Find(".callout-warn button").Click();
        test.Provider.WaitForAssertion(() => Assert.Contains("Renamed", test.Provider.Markup, StringComparison.Ordinal), s_patience);
        Assert.Equal("logger-new", test.Key.GetAttribute("value"));
        await test.SubmitAsync();
        test.Provider.WaitForAssertion(() => Assert.Equal(1L, test.Replacements), s_patience);
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Submit_KeyTakenMeanwhile_SaysSoAtTheFieldAndTheNextAttemptIsAnotherOperation()
    {
        await using var test = await DialogTest.OpenAsync();
        test.Type("logger-new");
        test.ChooseReason();
        test.Provider.WaitForAssertion(() => Assert.Null(test.Button.GetAttribute("aria-disabled")), s_patience);
        await test.Portal.AddDeviceAsync("asset-3", "logger-new");

        await test.SubmitAsync();

        test.Provider.WaitForAssertion(() => Assert.Contains("already in use", test.Provider.Find(".field-error").TextContent, StringComparison.Ordinal), s_patience);
        test.Type("logger-newer");
        await test.SubmitAsync();
        test.Provider.WaitForAssertion(() => Assert.Equal(1L, test.Replacements), s_patience);
        Assert.Equal(2L, test.Portal.Database.Scalar<long>("SELECT count(DISTINCT operation_id) FROM audit_entries WHERE action='device.replace'"));
    }

    [Fact]
    public async Task Submit_WithoutTheSecret_GoesStraightToTheWait()
    {
        await using var test = await DialogTest.OpenAsync();
        test.Type("logger-new");
        test.ChooseReason();
        test.Provider.FindAll("input[type=checkbox]")[^1].Change(true);

        await test.SubmitAsync();

        test.Provider.WaitForAssertion(() => Assert.Contains("No sign-in yet from", test.Provider.Markup, StringComparison.Ordinal), s_patience);
        Assert.Equal(0L, test.Portal.Database.Scalar<long>("SELECT count(*) FROM reveal_grants"));
    }

    [Fact]
    public async Task Open_PersonWhoMayNotReplace_SaysSoAndDoesNothing()
    {
        await using var test = await DialogTest.OpenAsync(Role.Reader);
        test.Type("logger-new");
        test.ChooseReason();

        Assert.Equal("Your role does not include replacing hardware.", test.WhyOff);
        test.Button.Click();
        Assert.Equal(0L, test.Replacements);
    }

    [Fact]
    [Trait("Requirement", "R-38")]
    public async Task Submit_GoodKey_RendersNoSecret()
    {
        await using var test = await DialogTest.OpenAsync();
        test.Type("logger-new");
        test.ChooseReason();
        await test.SubmitAsync();
        test.Provider.WaitForAssertion(() => Assert.NotEmpty(test.Provider.FindAll(".reveal")), s_patience);

        var grantId = Guid.Parse(test.Portal.Database.Scalar<string>("SELECT id FROM reveal_grants"));
        using var secret = (await test.Portal.Get<RevealService>().DisplayAsync(test.Person, grantId)).Value!;
        Assert.Equal(1, secret.Display);
        Assert.DoesNotContain(System.Text.Encoding.ASCII.GetString(secret.Bytes.Span), test.Provider.Markup, StringComparison.Ordinal);
        Assert.Empty(test.Provider.Find("output").TextContent);
    }

    [Fact]
    public async Task Wait_HardwareSignsIn_TurnsToConnected()
    {
        await using var test = await DialogTest.OpenAsync();
        await test.Portal.StartJobsAsync();
        test.Type("logger-new");
        test.ChooseReason();
        test.Provider.FindAll("input[type=checkbox]")[^1].Change(true);
        await test.SubmitAsync();
        test.Provider.WaitForAssertion(() => Assert.Contains("No sign-in yet from", test.Provider.Markup, StringComparison.Ordinal), s_patience);

        await test.Portal.Get<SignInService>().RecordSignInAsync(new DeviceSignIn($"inverter-{TestPortal.Organization}", "logger-new", 2, "192.0.2.9"));

        test.Provider.WaitForAssertion(() => Assert.Contains("The new hardware has connected", test.Provider.Markup, StringComparison.Ordinal), s_patience);
        Assert.Contains("192.0.2.9", test.Provider.Markup, StringComparison.Ordinal);
    }

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The dialog, open on asset-1 (key logger-old); asset-2 has logger-two.</summary>
    private sealed class DialogTest : IAsyncDisposable
    {
        private readonly BunitContext _context = new();

        private DialogTest(TestPortal portal, Actor person) => (Portal, Person) = (portal, person);

        public TestPortal Portal { get; }

        public Actor Person { get; }

        public IRenderedComponent<MudDialogProvider> Provider { get; private set; } = null!;

        public AngleSharp.Dom.IElement Key => Provider.Find(".key-input");

        public AngleSharp.Dom.IElement Button => Provider.Find(".flow-foot .btn-primary");

        public string WhyOff => Provider.Find(".flow-why").TextContent.Trim();

        public long Replacements => Portal.Database.Scalar<long>("SELECT count(*) FROM replacements");

        /// <param name="allowsActivation">What the product allows.</param>
        public static async Task<DialogTest> OpenAsync(Role? role = null, bool allowsActivation = false, Func<TestPortal, Task>? before = null)
        {
            var portal = await TestPortal.CreateAsync();
            await portal.AddDeviceAsync("asset-1", "logger-old");
            await portal.AddDeviceAsync("asset-2", "logger-two");
            await (before?.Invoke(portal) ?? Task.CompletedTask);
            await portal.WriteAsync(db => db.Products.Single().AllowsActivation = allowsActivation);
            var test = new DialogTest(portal, await portal.SignInAsync(role ?? Role.FullAccess));
            var services = test._context.Services;
            services.AddMudServices();
            services.AddLocalization();
            services.AddLogging();
            services.AddSingleton(portal.Get<AssetQueries>());
            services.AddSingleton(portal.Get<ReplacementService>());
            services.AddSingleton(portal.Get<RevealService>());
            services.AddSingleton(portal.Get<MeasureQueries>());
            services.AddSingleton(portal.Get<ConnectionQueries>());
            services.AddSingleton(portal.Get<LiveEvents>());
            services.AddSingleton(portal.Get<AccessRules>());
            services.AddSingleton(TimeProvider.System);
            services.AddSingleton<ErrorTexts>();
            services.AddScoped<CurrentActor>();
            services.AddSingleton<AuthenticationStateProvider>(new SignedIn(test.Person));
            test._context.JSInterop.Mode = JSRuntimeMode.Loose;
            test._context.Render<MudPopoverProvider>();
            test.Provider = test._context.Render<MudDialogProvider>();
            await test.Provider.InvokeAsync(() => test._context.Services.GetRequiredService<IDialogService>().ShowReplaceAsync("asset-1"));
            test.Provider.WaitForAssertion(() => test.Provider.Find(".key-input"), s_patience);
            return test;
        }

        public AngleSharp.Dom.IElement Check(string label) =>
            Provider.FindAll("label.check").Single(found => found.TextContent.Contains(label, StringComparison.Ordinal)).QuerySelector("input")!;

        public void Type(string key) => Key.Input(key);

        public void ChooseReason() => Provider.Find("input[type=radio]").Change("Broken");

        public async Task SubmitAsync()
        {
            Provider.WaitForAssertion(() => Assert.Null(Button.GetAttribute("aria-disabled")), s_patience);
            await Button.ClickAsync(new());
        }

        public async ValueTask DisposeAsync()
        {
            await _context.DisposeAsync();
            await Portal.DisposeAsync();
        }

        private sealed class SignedIn(Actor person) : AuthenticationStateProvider
        {
            public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(person.ToPrincipal()));
        }
    }
}
