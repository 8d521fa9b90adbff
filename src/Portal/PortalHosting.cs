using MudBlazor.Services;
using Portal.Layout;
using Portal.Shared;

namespace Portal;

/// <summary>What the portal is made of, and the order in which a request passes through it.</summary>
public static class PortalHosting
{
    public static void AddPortal(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment() && string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(PortalRoutes.DevelopmentAddress);
        }

        // Without it a built, not published, portal outside Development finds no blazor.web.js.
        builder.WebHost.UseStaticWebAssets();

        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddPortalLanguages();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<ShellStateSource>();
    }

    public static void UsePortal(this WebApplication app)
    {
        app.UseExceptionHandler(PortalRoutes.Error, createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute(PortalRoutes.NotFound, createScopeForStatusCodePages: true);
        app.UseRequestLocalization();
        app.UseAntiforgery();

        app.MapStaticAssets();
        app.MapPreferences();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
