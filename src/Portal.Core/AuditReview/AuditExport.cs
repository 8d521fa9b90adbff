using System.Globalization;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Exports;

namespace Portal.Core.AuditReview;

/// <summary>What an export left: how many lines were written.</summary>
public sealed record AuditExported(long Lines);

/// <summary>Writes the audit trail as CSV. Right <see cref="Right.ReadAudit"/>.</summary>
public sealed class AuditExport(CommandRunner commands, AuditQueries queries)
{
    private const int PageSize = 200;

    private static readonly string[] s_header =
        ["sequence", "time", "person", "issuer", "subject", "address", "action", "outcome", "organization", "asset", "operation", "detail"];

    /// <summary>
    /// That the trail was exported is in the trail before the first byte leaves. The lines are read page by page, each
    /// with the rights of that moment.
    /// </summary>
    /// <param name="open">Called after the audit entry is committed; gives the stream to write to.</param>
    /// <returns>Or <see cref="NotSignedIn"/>, <see cref="AccessDenied"/>, <see cref="StorageUnavailable"/>.</returns>
    public async Task<Result<AuditExported>> ExportAsync(
        Actor? actor, AuditFilter filter, Func<Stream> open, CancellationToken cancellationToken = default)
    {
        var audited = await commands.RunAsync<AuditExported>(new Command(AuditActions.AuditExported, Right.ReadAudit, actor), async scope =>
        {
            await scope.AuditAsync(null, null, new { filter.Person, filter.AssetId, filter.Action, filter.From, filter.To });
            return new AuditExported(0);
        }, cancellationToken: cancellationToken);
        if (!audited.IsSuccess)
        {
            return audited.Error;
        }

        long lines = 0;
        await using var csv = CsvText.Writer(open());
        await csv.WriteLineAsync(s_header, cancellationToken);
        for (long? before = filter.Before ?? long.MaxValue; before is not null;)
        {
            var page = await queries.SearchAsync(actor, filter with { Before = before, PageSize = PageSize }, cancellationToken);
            if (!page.IsSuccess)
            {
                return page.Error;
            }

            foreach (var line in page.Value.Lines)
            {
                await csv.WriteLineAsync(Cells(line), cancellationToken);
                lines++;
            }

            before = page.Value.Before;
        }

        return new AuditExported(lines);
    }

    private static string?[] Cells(AuditLine line) =>
    [
        line.Sequence.ToString(CultureInfo.InvariantCulture), CsvText.Time(line.At), line.ActorName, line.ActorIssuer, line.ActorSubject, line.Address,
        line.Action, line.Outcome, line.OrganizationId, line.AssetId, line.OperationId, line.Detail,
    ];
}
