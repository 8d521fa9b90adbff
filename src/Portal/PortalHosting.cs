using MudBlazor;
using MudBlazor.Services;
using Portal.Authentication;
using Portal.Broker;
using Portal.BrokerHooks;
using Portal.ConnectApi;
using Portal.ConnectApi.OpenApi;
using Portal.Core;
using Portal.Core.Persistence;
using Portal.Core.SampleFleet;
using Portal.Development;
using Portal.Features.Audit;
using Portal.Features.Devices;
using Portal.Features.Imports;
using Portal.Features.MeasurePoints;
using Portal.Features.Replacements;
using Portal.Layout;
using Portal.Security;
using Portal.Shared;

namespace Portal;

/// <summary>What the portal is made of, and the order in which a request passes through it.</summary>
public static class PortalHosting
{
    private const int DevelopmentDevices = 5000;

    public static void AddPortal(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment() && string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(PortalRoutes.DevelopmentAddress);
        }

        // Without it a built, not published, portal outside Development finds no blazor.web.js.
        builder.WebHost.UseStaticWebAssets();

        // The server is one of them, and the longest to start; none needs another.
        builder.Services.Configure<HostOptions>(options => options.ServicesStartConcurrently = true);
        builder.Services.AddPortalCore(builder.Configuration);
        builder.AddPortalKeyRings();
        builder.AddPortalAuthentication();
        builder.AddPortalSecurity();
        builder.Services.AddConnectApi();
        builder.AddBroker();
        builder.AddBrokerHooks();

        // The browser gives up on a silent server after 15 s (Portal.lib.module.js): say something well before.
        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(options => options.KeepAliveInterval = TimeSpan.FromSeconds(5));
        builder.Services.UseCircuitIdentity();
        builder.Services.AddMudServices();
        builder.Services.AddTransient<MudLocalizer, MudTexts>();
        builder.Services.AddPortalLanguages();
        builder.Services.AddSingleton<ErrorTexts>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<ShellStateSource>();
        builder.Services.AddSingleton<SampleDevices>();
        builder.Services.AddSingleton<DemoCaller>();
    }

    public static void UsePortal(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseDeclaredProxy();
        app.UseBroker();
        app.UseBrokerHooks();
        app.UseConnectApi(); // ends here for programs: what follows is for browsers
        app.UseHttpsOnly();
        app.UseErrorPage();
        app.UseStatusCodePagesWithReExecute(PortalRoutes.Status + "/{0}", createScopeForStatusCodePages: true);
        app.UseGetForOwnPages();
        app.UseOriginGuard();
        app.UseDevelopmentOnThisMachineOnly();
        app.UseRequestLocalization();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();

        // Ahead of authentication: a stylesheet needs no look at the session.
        app.MapStaticAssets().ShortCircuit();
        app.MapPreferences();
        app.MapSignIn();
        app.MapDevelopment();
        app.MapReveals();
        app.MapAuditExport();
        app.MapImports();
        app.MapDeviceExport();
        app.MapSeries();
        app.MapApiReference();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options =>
            options.ContentSecurityFrameAncestorsPolicy = null); // SecurityHeaders says it, stricter
    }

    /// <summary>What has to be there before the first request: the schema and, in Development, something to look at.</summary>
    public static async Task PreparePortalAsync(this WebApplication app)
    {
        var database = app.Services.GetRequiredService<IPortalDatabase>();
        await database.MigrateAsync();
        if (app.Environment.IsDevelopment())
        {
            await SampleOrganizations.CreateMissingAsync(database);
        }

        var sampleDevices = app.Configuration.GetValue("Fleet:SampleDevices", app.Environment.IsDevelopment() ? DevelopmentDevices : 0);
        if (sampleDevices > 0)
        {
            // In an empty database only; a refusal means that there is something to look at already.
            await app.Services.GetRequiredService<FleetSeeder>().SeedSampleAsync(sampleDevices);
        }

        await app.LearnProviderAsync();
        app.AnnounceDemo();
        if (app.Environment.IsDevelopment())
        {
            _ = app.Services.GetRequiredService<DemoCaller>().GetAsync();
        }
    }
}
