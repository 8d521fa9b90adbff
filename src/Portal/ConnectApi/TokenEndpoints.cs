using Portal.Core.Applications;
using static Portal.ConnectApi.Member;

namespace Portal.ConnectApi;

/// <summary>Access tokens for signed calls. They have an envelope of their own: <c>status</c>, <c>msg</c>, <c>business</c>, <c>data</c>.</summary>
internal static class TokenEndpoints
{
    public static Shape GetShape { get; } = Shape.Record(
        Required("appKey", Shape.Text, "Access key of the application."),
        Required("encryption", Shape.Text, "Lower-case hexadecimal SHA-256 of `appKey + timestamp + secretKey`."),
        Required("timestamp", Shape.NumberOrText, "Milliseconds since 1970, at most 5 minutes off."));

    public static Shape RefreshShape { get; } = Shape.Record(
        [.. GetShape.Members, Required("accessToken", Shape.Text, "The token to renew.")]);

    public static void MapTokens(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(PortalRoutes.TokenGet, (HttpContext context, AccessTokenService tokens, TokenDoor door) =>
            door.HandleAsync(context, GetShape, (request, _) => tokens.GetAsync(request)));
        endpoints.MapPost(PortalRoutes.TokenRefresh, (HttpContext context, AccessTokenService tokens, TokenDoor door) =>
            door.HandleAsync(context, RefreshShape, (request, body) => tokens.RefreshAsync(request, body.Text("accessToken"))));
    }
}
