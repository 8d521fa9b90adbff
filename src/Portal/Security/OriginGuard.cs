namespace Portal.Security;

/// <summary>
/// Nobody's page but ours opens a circuit or posts with a person's cookie. Antiforgery tokens guard the forms; this
/// stands in front of everything and needs no cooperation of an endpoint.
/// </summary>
public static class OriginGuard
{
    public static void UseOriginGuard(this WebApplication app) => app.Use((context, next) =>
    {
        if (IsAllowed(context.Request))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    internal static bool IsAllowed(HttpRequest request)
    {
        if (request.Path.StartsWithSegments(PortalRoutes.Hub, StringComparison.OrdinalIgnoreCase))
        {
            return IsAllowedAtHub(request);
        }

        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return isSafe || (HasOwnOrigin(request) ?? HasOwnSite(request) ?? true);
    }

    /// <summary>
    /// A WebSocket has no same-origin rule of its own and every browser names the origin, so a missing one is refused;
    /// only on a plain GET within the site (long polling) do browsers leave it out and say "same-origin" elsewhere.
    /// </summary>
    private static bool IsAllowedAtHub(HttpRequest request)
    {
        var isPlainGet = HttpMethods.IsGet(request.Method) && !request.HttpContext.WebSockets.IsWebSocketRequest && !request.Headers.ContainsKey("Upgrade");
        return HasOwnOrigin(request) ?? (isPlainGet && HasOwnSite(request) == true);
    }

    /// <summary>Null when the request names no origin; the text <c>null</c> is a foreign one.</summary>
    private static bool? HasOwnOrigin(HttpRequest request) => request.Headers.Origin switch
    {
        [] => null,
        [{ } origin] => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static bool? HasOwnSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"] switch
    {
        [] => null,
        ["same-origin" or "none"] => true,
        _ => false,
    };
}
