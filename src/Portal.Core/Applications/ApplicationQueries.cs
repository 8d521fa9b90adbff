using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Persistence;

namespace Portal.Core.Applications;

/// <param name="Keys">Newest first.</param>
public sealed record ApplicationSummary(
    string AccessKey, string Name, Right Rights, bool AllowsClearText, string? BearerClientId, DateTimeOffset CreatedAt, string CreatedByName,
    DateTimeOffset? DisabledAt, int Version, DateTimeOffset? LastTokenAt, IReadOnlyList<PublicKeySummary> Keys);

public sealed record PublicKeySummary(string Fingerprint, int SizeInBits, PublicKeyState State, DateTimeOffset CreatedAt);

/// <summary>Reads applications. Right <see cref="Right.ManageApplications"/>.</summary>
public sealed class ApplicationQueries(AccessRules rules, IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>The applications of an organization, by name.</summary>
    /// <returns>Or <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<IReadOnlyList<ApplicationSummary>>> ListAsync(Actor? actor, string organizationId, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.ManageApplications, organizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var applications = await db.Applications.AsNoTracking().Where(application => application.OrganizationNumber == organization.Value.Number)
            .OrderBy(application => application.Name).ThenBy(application => application.Id).ToListAsync(cancellationToken);
        var keys = (await db.ApplicationPublicKeys.AsNoTracking()
            .Where(key => db.Applications.Any(application => application.Id == key.ApplicationId && application.OrganizationNumber == organization.Value.Number))
            .OrderByDescending(key => key.Id)
            .Select(key => new { key.ApplicationId, Key = new PublicKeySummary(key.Fingerprint, key.SizeInBits, key.State, key.CreatedAt) })
            .ToListAsync(cancellationToken)).ToLookup(row => row.ApplicationId, row => row.Key);
        return applications.ConvertAll(application => new ApplicationSummary(
            application.AccessKey, application.Name, application.Rights, application.AllowsClearText, application.BearerClientId, application.CreatedAt,
            application.CreatedByName, application.DisabledAt, application.Version, application.LastTokenAt, [.. keys[application.Id]]));
    }
}
