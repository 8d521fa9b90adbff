using Portal.Authentication;
using Portal.Shared;

namespace Portal.Security;

/// <summary>What every response tells the browser not to do. Set when the response starts, so that error pages have it too.</summary>
public static class SecurityHeaders
{
    private const string TwoYears = "max-age=63072000; includeSubDomains";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<ProviderOrigins>();
        var isDevelopment = app.Environment.IsDevelopment();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                Set(context, origins, isDevelopment);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void Set(HttpContext context, ProviderOrigins origins, bool isDevelopment)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(context, origins);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin"; // stricter, and browsers post our own forms with "Origin: null"
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] =
            "camera=(self), clipboard-write=(self), accelerometer=(), autoplay=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
        if (context.Request.IsHttps && !isDevelopment)
        {
            headers.StrictTransportSecurity = TwoYears;
        }

        // A page shows a person's data; the address alone must not bring it back from a cache.
        if (headers.CacheControl.Count == 0 && context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            headers.CacheControl = "no-store";
        }
    }

    private static string Policy(HttpContext context, ProviderOrigins origins)
    {
        var socket = $"{(context.Request.IsHttps ? "wss" : "ws")}://{context.Request.Host}";
        return "default-src 'self'; "
            + $"script-src 'self' 'nonce-{PageNonce.Of(context)}'; "
            + "style-src 'self' 'unsafe-inline'; " // Mud components set style attributes
            + "img-src 'self' data:; "
            + $"connect-src 'self' {socket}; " // not every browser takes 'self' for a WebSocket
            + "base-uri 'self'; object-src 'none'; frame-ancestors 'none'; "
            + $"form-action 'self' {origins.All}".TrimEnd();
    }
}
