using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Portal.Authentication;
using Portal.Broker;
using Portal.Core.Access;
using Portal.Shared;

namespace Unit.Support;

/// <summary>A page as its circuit shows it, on the real services, for a person who is signed in.</summary>
public abstract class PageTest : BunitContext, IAsyncLifetime
{
    private protected TestPortal Portal { get; private set; } = null!;

    /// <summary>The signed-in person.</summary>
    private protected Actor Actor { get; private set; } = null!;

    /// <summary>Where dialogs appear.</summary>
    private protected IRenderedComponent<MudDialogProvider> Dialogs { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        Portal = await TestPortal.CreateAsync();
        await Portal.AddOrganizationAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <param name="address">Where the browser is, with its query; parameters from the query come from there.</param>
    private protected async Task<IRenderedComponent<T>> OpenAsync<T>(
        string address, Role role, Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent
    {
        Actor = await Portal.SignInAsync(role);
        Services.AddFallbackServiceProvider(Portal.Services);
        Services.AddLocalization();
        Services.AddMudServices();
        Services.AddSingleton<ErrorTexts>();
        Services.AddSingleton<BrokerState>();
        Services.AddSingleton<AntiforgeryStateProvider, NoToken>();
        Services.AddScoped(provider => new CurrentActor(
            provider.GetRequiredService<AuthenticationStateProvider>(), provider.GetRequiredService<NavigationManager>(), Portal.Get<AccessRules>()));
        var authorization = AddAuthorization();
        authorization.SetAuthorized(Actor.Subject);
        authorization.SetClaims([.. Actor.ToPrincipal().Claims]);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        Render<MudPopoverProvider>();
        Dialogs = Render<MudDialogProvider>();
        var page = parameters is null ? Render<T>() : Render(parameters);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".skeleton-rows")));
        return page;
    }

    /// <summary>Tokens are the edge's matter; a component only passes them on.</summary>
    private sealed class NoToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
