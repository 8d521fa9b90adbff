using Portal.Authentication;
using Portal.Core.Devices;
using Portal.Core.Exports;
using Portal.Core.MeasurePoints;
using Portal.Shared;

namespace Portal.Features.MeasurePoints;

/// <summary>A series as a file. By GET: it shows what the page shows, changes nothing and is not audited.</summary>
public static class SeriesEndpoints
{
    public static void MapSeries(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(PortalRoutes.AssetDataTemplate, async (
            HttpContext context, string assetId, string? point, string? range, SeriesExport export, ErrorTexts errors) =>
        {
            if (!PointName.IsValid(point) || SeriesRanges.Find(range) is not { } known)
            {
                return Results.Problem(title: "The query names a measure point and a range: 1h, 24h, 7d or 30d.", statusCode: StatusCodes.Status400BadRequest);
            }

            var started = await export.StartAsync(context.User.ToActor(), assetId, point, known, context.RequestAborted);
            if (!started.IsSuccess)
            {
                return Results.Text(
                    errors.Of(started.Error), "text/plain; charset=utf-8",
                    statusCode: started.Error is AssetNotFound ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden);
            }

            context.Response.Headers.CacheControl = "no-store";
            return Results.Stream(
                stream => export.WriteAsync(started.Value, stream, context.RequestAborted), CsvText.ContentType, $"{FileName(assetId)}-{FileName(point)}-{known.Name()}.csv");
        });

    private static string FileName(string name) => string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_'));
}
