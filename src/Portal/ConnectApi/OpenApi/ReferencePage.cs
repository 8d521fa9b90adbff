using Portal.Shared;
using Scalar.AspNetCore;

namespace Portal.ConnectApi.OpenApi;

/// <summary>The document for programs, and the same for people to read; neither holds anything of anybody.</summary>
internal static class ReferencePage
{
    private const string Title = "Connection Service V2.4";

    public static void MapApiReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PortalRoutes.OpenApiDocument, async (ConnectDocument document, CancellationToken _) =>
            Results.Bytes(await document.GetAsync(), ConnectDocument.ContentType)).AllowAnonymous();
        endpoints.MapScalarApiReference(PortalRoutes.ApiReference, (options, context) => options
            .WithTitle(Title)
            .AddDocument("connect-v2.4", Title, PortalRoutes.OpenApiDocument)
            .WithNonce(PageNonce.Of(context))
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp()
            .HideClientButton()
            .HideDeveloperTools()).AllowAnonymous();
    }
}
