using Microsoft.AspNetCore.Mvc;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.AuditReview;
using Portal.Core.Exports;
using Portal.Shared;

namespace Portal.Features.Audit;

/// <summary>The audit trail as a file: asked for by form (POST, antiforgery token), streamed as it is read.</summary>
public static class AuditEndpoints
{
    private const string FileName = "audit.csv";

    public static void MapAuditExport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(PortalRoutes.AuditExport, ExportAsync).RequireAuthorization(PortalPolicies.ReadAudit);

    private static async Task<IResult> ExportAsync(
        HttpContext context,
        AuditExport export,
        ErrorTexts texts,
        [FromForm(Name = AuditForm.PersonField)] string? person,
        [FromForm(Name = AuditForm.AssetField)] string? asset,
        [FromForm(Name = AuditForm.ActionField)] string? action,
        [FromForm(Name = AuditForm.FromField)] string? from,
        [FromForm(Name = AuditForm.ToField)] string? to)
    {
        if (AuditForm.TryRead(person, asset, action, from, to, null, out var filter) is { } field)
        {
            return Results.Problem(title: $"The field '{field}' cannot be read.", statusCode: StatusCodes.Status400BadRequest);
        }

        var result = await export.ExportAsync(context.User.ToActor(), filter, () => Open(context), context.RequestAborted);
        if (result.Error is not { } error)
        {
            return Results.Empty;
        }

        if (context.Response.HasStarted)
        {
            // A file that stops in the middle must not look complete.
            context.Abort();
            return Results.Empty;
        }

        context.Response.Headers.ContentDisposition = default;
        return Results.Problem(title: texts.Of(error), statusCode: error is NotSignedIn or AccessDenied ? StatusCodes.Status403Forbidden : StatusCodes.Status503ServiceUnavailable);
    }

    private static Stream Open(HttpContext context)
    {
        context.Response.ContentType = CsvText.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = $"attachment; filename={FileName}";
        return context.Response.Body;
    }
}
