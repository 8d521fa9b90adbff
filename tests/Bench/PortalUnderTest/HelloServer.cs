using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bench.PortalUnderTest;

/// <summary>The least that a web API can be: what cold starts are compared with.</summary>
internal static class HelloServer
{
    public static async Task<int> RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Json(new Hello("hello")));
        await app.RunAsync();
        return 0;
    }

    private sealed record Hello(string Text);
}
