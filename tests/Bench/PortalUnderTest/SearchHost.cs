using System.Globalization;
using Bench.Fleet;
using Bench.Measuring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bench.PortalUnderTest;

/// <summary>The core's search behind the same kind of minimal Kestrel endpoint as the limit server's.</summary>
/// <remarks>Stands in for the REST endpoint: a bearer token names the session, the core decides what it may see.</remarks>
internal static class SearchHost
{
    private const int Port = 18068;

    public static Task<ServerProcess> StartAsync(BenchOptions options, SeededFleet fleet, int port = Port) =>
        ServerProcess.StartAsync(
            Path.Combine(options.Data, "logs", $"search-host-{port}.log"), new Uri($"http://127.0.0.1:{port}"), "/ping",
            "dotnet", [typeof(SearchHost).Assembly.Location, "search-host", fleet.PortalDatabase, fleet.Sample.OrganizationId, port.ToString(CultureInfo.InvariantCulture)]);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var database, var organizationId, var port])
        {
            return 2;
        }

        await using var core = await CorePortal.OpenAsync(database, organizationId);
        await using var app = Over(core, int.Parse(port, CultureInfo.InvariantCulture));
        await app.RunAsync();
        return 0;
    }

    /// <summary>The endpoint over a core that is open.</summary>
    public static WebApplication Over(CorePortal core, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.MapGet("/ping", () => "pong");
        app.MapGet("/search", async (string q) => Results.Json(await core.FindAsync(q)));
        return app;
    }
}
