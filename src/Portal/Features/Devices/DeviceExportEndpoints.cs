using Portal.Authentication;
using Portal.Core.Devices;
using Portal.Core.Exports;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>The grid as a file. By POST, since it is audited and no link of another site may start it.</summary>
public static class DeviceExportEndpoints
{
    private const int MaxSelected = 100;

    public static void MapDeviceExport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(PortalRoutes.DevicesExport, async (
            HttpContext context, IFormCollection form, DeviceExport export, ErrorTexts errors, TimeProvider clock) =>
        {
            var actor = context.User.ToActor();
            var state = DeviceGridState.Parse(form["query"], null);
            var request = new DeviceExportRequest(
                state.ToDeviceQuery(form["organization"].ToString(), withCount: false), [.. form["asset"].OfType<string>().Take(MaxSelected)]);
            var started = await export.StartAsync(actor, request);
            if (!started.IsSuccess)
            {
                return Results.Text(errors.Of(started.Error), "text/plain; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);
            }

            var name = $"devices-{clock.GetUtcNow():yyyyMMdd-HHmmss}.csv";
            return Results.Stream(stream => export.WriteAsync(actor, started.Value, stream, context.RequestAborted), CsvText.ContentType, name);
        });
}
