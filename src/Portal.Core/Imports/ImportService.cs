using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Secrets;

namespace Portal.Core.Imports;

/// <summary>
/// Takes devices from a CSV file: first a verdict for each row, then all of it in one transaction or nothing. A created
/// device has a secret that nobody has asked to see; a re-issue makes one for whoever needs it. Right <see cref="Right.ManageDevices"/>.
/// </summary>
public sealed class ImportService(
    CommandRunner commands, AccessRules rules, IDbContextFactory<PortalDbContext> contexts, DeviceCredentials credentials, IImportWriter writer)
{
    private const int RowsAtOnce = 2000;

    /// <returns>Or <see cref="OrganizationNotFound"/>. A row that cannot be taken is no error but a verdict.</returns>
    public async Task<Result<ImportPreview>> PreviewAsync(
        Actor? actor, string organizationId, ImportFile file, IProgress<ImportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.ManageDevices, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        return access.Value.Organization(organizationId) is { } organization
            ? await JudgeAsync(organization, file, progress, cancellationToken)
            : new OrganizationNotFound(organizationId);
    }

    /// <summary>Does what <paramref name="preview"/> says, whole or not at all.</summary>
    /// <returns>Or <see cref="ImportRefused"/>, <see cref="ImportOutdated"/>, <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<ImportedFile>> ApplyAsync(
        Actor? actor, ImportPreview preview, string? operationId = null, IProgress<ImportProgress>? progress = null)
    {
        var access = await rules.RequireAsync(actor, Right.ManageDevices);
        var secrets = access.IsSuccess && access.Value.Organization(preview.OrganizationId) is { } organization
            ? Seal(organization.Number, preview, progress)
            : [];
        var command = new Command(AuditActions.DevicesImported, Right.ManageDevices, actor)
        {
            OperationId = operationId,
            Request = new { preview.OrganizationId, preview.File.Sha256 },
        };
        return await commands.RunAsync<ImportedFile>(command, async scope =>
            scope.Access.Organization(preview.OrganizationId) is { } now
                ? await WriteAsync(scope, now.Number, preview, secrets, progress)
                : new OrganizationNotFound(preview.OrganizationId));
    }

    internal async Task<ImportPreview> JudgeAsync(
        OrganizationAccess organization, ImportFile file, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await new ImportChecks(db, organization.Number).JudgeAsync(file.Lines, progress, cancellationToken);
        return new ImportPreview(organization.OrganizationId, file, rows, ImportCounts.Over(rows));
    }

    /// <summary>Makes the secrets before the transaction: nobody else's change waits for it.</summary>
    internal Dictionary<string, Credential> Seal(long organizationNumber, ImportPreview preview, IProgress<ImportProgress>? progress)
    {
        var secrets = new Dictionary<string, Credential>(preview.Counts.New, StringComparer.Ordinal);
        if (preview.Counts.Refused > 0)
        {
            return secrets;
        }

        foreach (var row in preview.Rows.Where(row => row.Verdict == ImportVerdict.New))
        {
            secrets.Add(row.Line.AssetId, credentials.Create(0, organizationNumber, row.Line.AssetId));
            if (secrets.Count % 5000 == 0)
            {
                progress?.Report(new ImportProgress(ImportStage.Sealing, secrets.Count, preview.Counts.New));
            }
        }

        return secrets;
    }

    internal async Task<Result<ImportedFile>> WriteAsync(
        CommandScope scope, long organizationNumber, ImportPreview preview, Dictionary<string, Credential> secrets, IProgress<ImportProgress>? progress)
    {
        scope.OrganizationNumber = organizationNumber;
        if (preview.Counts.Refused > 0)
        {
            return new ImportRefused(preview.Counts.Refused);
        }

        // Whoever wants to write waits for this, so that nothing is looked up twice: the unique indexes judge what is
        // new, the version that was seen judges what is there.
        foreach (var rows in preview.Rows.Where(row => row.Verdict != ImportVerdict.New).Chunk(RowsAtOnce))
        {
            if (writer.FindChanged(scope.Db, rows) is { } changed)
            {
                return new ImportOutdated(changed.Line.Number);
            }
        }

        var id = await DeviceRowNumbers.NextIdAsync(scope.Db, organizationNumber);
        var done = 0;
        foreach (var rows in preview.Rows.Where(row => row.Verdict != ImportVerdict.Unchanged).Chunk(RowsAtOnce))
        {
            var made = rows.Where(row => row.Verdict == ImportVerdict.New).ToList();
            if (writer.Insert(scope.Db, organizationNumber, id, scope.Now, made, secrets) is { } taken)
            {
                return new ImportOutdated(taken.Line.Number);
            }

            writer.Change(scope.Db, [.. rows.Where(row => row.Verdict == ImportVerdict.NameChange)]);
            id += made.Count;
            done += rows.Length;
            progress?.Report(new ImportProgress(ImportStage.Writing, done, preview.Counts.New + preview.Counts.NameChanges));
        }

        scope.Publish(new DevicesChangedEvent(organizationNumber));
        var counts = preview.Counts;
        await scope.AuditAsync(organizationNumber, null, new
        {
            file = Bounded(preview.File.Name),
            sha256 = preview.File.Sha256,
            rows = counts.Total,
            created = counts.New,
            renamed = counts.NameChanges,
            unchanged = counts.Unchanged,
            secrets = "not requested",
        });
        return new ImportedFile(preview.File.Name, counts);
    }

    private static string Bounded(string fileName) => fileName.Length > 200 ? fileName[..200] : fileName;
}
