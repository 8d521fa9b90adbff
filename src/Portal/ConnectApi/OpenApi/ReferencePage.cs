using Portal.Shared;
using Scalar.AspNetCore;

namespace Portal.ConnectApi.OpenApi;

/// <summary>The document for programs, and the same for people to read; neither holds anything of anybody.</summary>
internal static class ReferencePage
{
    private const string Title = "Connection Service V2.4";

    /// <summary>Codes are numbers and are read as one; addresses and samples break rather than end outside their frame.</summary>
    private const string Style =
        """
        .scalar-app .markdown table { table-layout: auto; }
        .scalar-app .markdown :is(th, td):first-child { white-space: nowrap; word-break: normal; }
        .scalar-app :is(.endpoint, .endpoint-path, .scalar-card-header-title) { white-space: normal; overflow-wrap: anywhere; }
        .scalar-app .endpoint-path { min-width: 0; }
        .scalar-app :is(.scalar-code-block-pre, .scalar-code-block-pre *) { white-space: pre-wrap !important; overflow-wrap: anywhere !important; }
        .scalar-app .scalar-code-block-pre { width: auto; }
        """;

    public static void MapApiReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PortalRoutes.OpenApiDocument, async (ConnectDocument document, CancellationToken _) =>
            Results.Bytes(await document.GetAsync(), ConnectDocument.ContentType)).AllowAnonymous();
        endpoints.MapScalarApiReference(PortalRoutes.ApiReference, (options, context) => options
            .WithTitle(Title)
            .AddDocument("connect-v2.4", Title, PortalRoutes.OpenApiDocument)
            .WithNonce(PageNonce.Of(context))
            .WithCustomCss(Style)
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp()
            .HideClientButton()
            .HideDeveloperTools()).AllowAnonymous();
    }
}
