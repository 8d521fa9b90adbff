using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Persistence;

namespace Portal.Core.Imports;

/// <summary>
/// An import started on the machine itself, by whoever may start the portal there. It is the portal's own act, audited
/// with the name of that person's operating system account.
/// </summary>
public sealed class CommandLineImport(CommandRunner commands, ImportService imports, IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>IDs of all organizations, for a message when none was named.</summary>
    public async Task<IReadOnlyList<string>> OrganizationsAsync()
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Organizations.AsNoTracking().OrderBy(organization => organization.Number).Select(organization => organization.OrganizationId).ToListAsync();
    }

    /// <returns>Or <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<ImportPreview>> PreviewAsync(string organizationId, ImportFile file, IProgress<ImportProgress>? progress)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await FindAsync(db, organizationId) is { } organization
            ? await imports.JudgeAsync(organization, file, progress, CancellationToken.None)
            : new OrganizationNotFound(organizationId);
    }

    /// <returns>As <see cref="ImportService.ApplyAsync"/>.</returns>
    public async Task<Result<ImportedFile>> ApplyAsync(string systemUser, ImportPreview preview, IProgress<ImportProgress>? progress)
    {
        await using var db = await contexts.CreateDbContextAsync();
        if (await FindAsync(db, preview.OrganizationId) is not { } organization)
        {
            return new OrganizationNotFound(preview.OrganizationId);
        }

        var secrets = imports.Seal(organization.Number, preview, progress);
        var actor = CommandRunner.Portal with { Name = $"{CommandRunner.Portal.Name} ({systemUser})" };
        return await commands.RunAsPortalAsync<ImportedFile>(
            new Command(AuditActions.DevicesImported, Right.None, actor),
            scope => imports.WriteAsync(scope, organization.Number, preview, secrets, progress));
    }

    private static Task<OrganizationAccess?> FindAsync(PortalDbContext db, string organizationId) => db.Organizations.AsNoTracking()
        .Where(organization => organization.OrganizationId == organizationId)
        .Select(organization => new OrganizationAccess(organization.Number, organization.OrganizationId, organization.Name))
        .FirstOrDefaultAsync();
}
