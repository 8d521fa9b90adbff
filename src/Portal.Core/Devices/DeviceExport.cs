using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices.Search;
using Portal.Core.Exports;

namespace Portal.Core.Devices;

/// <param name="Query">Text, sort and organization; its place and size count only together with <paramref name="AssetIds"/>.</param>
/// <param name="AssetIds">Only these of the page that <paramref name="Query"/> names; empty: all that match.</param>
public sealed record DeviceExportRequest(DeviceQuery Query, IReadOnlyList<string> AssetIds);

/// <summary>An export that was allowed and audited and may be written now.</summary>
public sealed record StartedDeviceExport(DeviceExportRequest Request, DateTimeOffset At);

/// <summary>Devices as CSV: what a list shows of them, and no secret. Right <see cref="Right.Read"/>.</summary>
public sealed class DeviceExport(CommandRunner commands, DeviceQueries queries)
{
    private const int LargestPage = 100;

    private static readonly string[] s_header =
        ["assetId", "deviceKey", "name", "nameZh", "productKey", "productName", "status", "createdAt", "lastSeenAt", "replacedAt", "awaitingHardware", "formerDeviceKey", "formerUntil"];

    /// <summary>Checks the search and writes the audit entry, before the first byte leaves.</summary>
    /// <returns>Or an error of <see cref="DeviceQueries.SearchAsync"/>.</returns>
    public async Task<Result<StartedDeviceExport>> StartAsync(Actor? actor, DeviceExportRequest request)
    {
        var first = await queries.SearchAsync(actor, request.Query with { WithCount = false });
        if (!first.IsSuccess && first.Error is not (NotSignedIn or AccessDenied or OrganizationNotFound))
        {
            return first.Error; // a fault of the text; who may not export at all is refused below, in the audit trail
        }

        return await commands.RunAsync<StartedDeviceExport>(new Command(AuditActions.DevicesExported, Right.Read, actor), async scope =>
        {
            if (scope.Access.Organization(request.Query.OrganizationId) is not { } organization)
            {
                return new OrganizationNotFound(request.Query.OrganizationId);
            }

            await scope.AuditAsync(organization.Number, null, new { request.Query.Text, selected = request.AssetIds.Count });
            return new StartedDeviceExport(request, scope.Now);
        });
    }

    /// <summary>Writes page after page. Ends early when the actor's session ends meanwhile.</summary>
    public async Task WriteAsync(Actor? actor, StartedDeviceExport export, Stream stream, CancellationToken cancellationToken = default)
    {
        await using var csv = CsvText.Writer(stream);
        await csv.WriteLineAsync(s_header, cancellationToken);
        await foreach (var row in ReadAsync(actor, export.Request, cancellationToken))
        {
            await csv.WriteLineAsync(
            [
                row.AssetId, row.DeviceKey, row.Name, row.NameZh, row.ProductKey, row.ProductName, row.Status.ToString(), CsvText.Time(row.CreatedAt),
                CsvText.Time(row.LastSeenAt), CsvText.Time(row.ReplacedAt), row.IsAwaitingHardware ? "yes" : "no", row.FormerKey?.DeviceKey, CsvText.Time(row.FormerKey?.Until),
            ], cancellationToken);
        }
    }

    private async IAsyncEnumerable<DeviceRow> ReadAsync(
        Actor? actor, DeviceExportRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isSelection = request.AssetIds.Count > 0;
        var wanted = request.AssetIds.ToHashSet(StringComparer.Ordinal);
        var query = request.Query with { WithCount = false };
        query = isSelection ? query : query with { Cursor = null, PageSize = LargestPage };
        while (await queries.SearchAsync(actor, query, cancellationToken) is { IsSuccess: true } page)
        {
            foreach (var row in page.Value.Rows)
            {
                if (!isSelection || wanted.Contains(row.AssetId))
                {
                    yield return row;
                }
            }

            if (isSelection || page.Value.NextCursor is not { } next)
            {
                break;
            }

            query = query with { Cursor = next };
        }
    }
}
