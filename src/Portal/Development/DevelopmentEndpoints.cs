using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Portal.Core.SampleFleet;
using Portal.Features.Applications;

namespace Portal.Development;

/// <summary>Facts and switches for those who develop and measure the portal: in Development and on this machine only.</summary>
public static class DevelopmentEndpoints
{
    private const int SampleSize = 10;

    public static void UseDevelopmentOnThisMachineOnly(this WebApplication app) =>
        app.Use((context, next) =>
        {
            var isDevelopmentPath = context.Request.Path.StartsWithSegments(PortalRoutes.Development, StringComparison.OrdinalIgnoreCase);
            if (isDevelopmentPath && !(app.Environment.IsDevelopment() && IsThisMachine(context)))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            return next(context);
        });

    public static void MapDevelopment(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        app.MapEmbeddedProvider();
        app.MapGet(PortalRoutes.DevelopmentSample, SampleAsync).AllowAnonymous();
        app.MapGet($"{PortalRoutes.DevelopmentSamples}/{{fileName}}", CodeAsync).AllowAnonymous();
        app.MapMethods(PortalRoutes.DevelopmentCollect, [HttpMethods.Get, HttpMethods.Post], Collect).AllowAnonymous();
    }

    /// <summary>Prints, one a line, what a newcomer needs first.</summary>
    public static void AnnounceDemo(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.Lifetime.ApplicationStarted.Register(() =>
            {
                Console.WriteLine($"Address: {Address(app.Services.GetRequiredService<IServer>())}");
                foreach (var person in EmbeddedProvider.IsUsed(app.Services) ? DemoPeople.All : [])
                {
                    var organizations = string.Join(", ", person.Organizations.Select(organization => $"{organization.OrganizationId} {organization.Name}"));
                    Console.WriteLine($"Demo person: {person.Name} ({person.UserName}), role {person.Role.Name}, organizations {organizations}");
                }

                _ = AnnounceApplicationAsync(app.Services.GetRequiredService<DemoCaller>());
            });
        }
    }

    private static async Task SampleAsync(HttpContext context, IServer server, DemoCaller caller, SampleDevices devices) =>
        await DemoSample.SendAsync(context, Address(server), caller, await devices.ListAsync(SampleOrganizations.Westerly, SampleSize, context.RequestAborted));

    /// <summary>Client code that is filled in for the demo application, as its page shows it.</summary>
    private static async Task<IResult> CodeAsync(string fileName, IServer server, DemoCaller caller) =>
        CodeSample.All.FirstOrDefault(sample => sample.FileName == fileName) is { } sample && await caller.GetAsync() is { } keys
            ? Results.Text(sample.Text(new Uri(Address(server)), keys.AccessKey, keys.OrganizationId))
            : Results.NotFound();

    /// <summary>When it is made; nobody waits for it.</summary>
    private static async Task AnnounceApplicationAsync(DemoCaller caller) => await caller.WithSecretKeyAsync((keys, secret) =>
        Console.WriteLine($"Demo application: access key {keys.AccessKey}, secret key {Encoding.ASCII.GetString(secret.Span)}, organization {keys.OrganizationId}, private key {keys.PrivateKeyFile}"));

    private static IResult Collect()
    {
        // Twice: what finalizers let go of in the first round is freed in the second.
        for (var round = 0; round < 2; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return Results.Json(new
        {
            heap = GC.GetTotalMemory(forceFullCollection: false),
            ws = process.WorkingSet64,
            cpuMs = process.TotalProcessorTime.TotalMilliseconds,
        });
    }

    private static string Address(IServer server) => ListeningAddress.Of(server).ToString().TrimEnd('/');

    private static bool IsThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is null || IPAddress.IsLoopback(context.Connection.RemoteIpAddress);
}
