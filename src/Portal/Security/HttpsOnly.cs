using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Extensions;

namespace Portal.Security;

/// <summary>
/// Outside Development nothing is served without TLS: a page typed without <c>https</c> is sent there, all else is
/// refused, because what came with it has been on the wire in the clear already.
/// </summary>
public static class HttpsOnly
{
    private const string BeforeTheProxy = "X-Original-Proto";

    public static void UseHttpsOnly(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            return;
        }

        var server = app.Services.GetRequiredService<IServer>();
        app.Use(async (context, next) =>
        {
            var request = context.Request;
            if (request.IsHttps)
            {
                await next(context);
            }
            else if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && SecureHost(request, server) is { } host)
            {
                context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                context.Response.Headers.Location = UriHelper.BuildAbsolute(Uri.UriSchemeHttps, host, request.PathBase, request.Path, request.QueryString);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                await context.Response.WriteAsync("This portal is served over HTTPS only. A proxy in front of it must send X-Forwarded-Proto and be named in Proxy:Networks.");
            }
        });
    }

    /// <summary>Nothing where there is no HTTPS to go to: a redirect would come back here for ever.</summary>
    private static HostString? SecureHost(HttpRequest request, IServer server)
    {
        if (request.Headers.ContainsKey(BeforeTheProxy))
        {
            return new HostString(request.Host.Host); // the proxy was called without TLS; it has 443 as well
        }

        var secure = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => address.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
        return secure is null ? null
            : BindingAddress.Parse(secure).Port is var port && port == 443 ? new HostString(request.Host.Host)
            : new HostString(request.Host.Host, port);
    }
}
