namespace Portal.ConnectApi;

/// <summary>The addresses of the REST door. Which action a call is for stands in its query.</summary>
internal static class ConnectEndpoints
{
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Post];

    public static void MapConnectApi(this IEndpointRouteBuilder endpoints)
    {
        foreach (var version in Enum.GetValues<ConnectVersion>())
        {
            foreach (var resource in Enum.GetValues<ConnectResource>())
            {
                endpoints.MapMethods(ConnectActions.PathOf(version, resource), s_methods, (HttpContext context, ConnectCalls calls) => calls.HandleAsync(context, version, resource));
            }
        }

        endpoints.MapTokens();
    }
}
