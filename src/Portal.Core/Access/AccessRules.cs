using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Persistence;

namespace Portal.Core.Access;

/// <summary>Reads what an actor may do. The one place where a session, a role and an organization become a decision.</summary>
public sealed class AccessRules(
    IDbContextFactory<PortalDbContext> contexts, IOptionsMonitor<AccessOptions> options, TimeProvider clock)
{
    private static readonly Func<PortalDbContext, string, DateTimeOffset, Task<SessionFacts?>> s_session =
        EF.CompileAsyncQuery((PortalDbContext db, string sessionId, DateTimeOffset now) => db.Sessions
            .Where(session => session.Id == sessionId && session.EndedAt == null && session.ExpiresAt > now
                && session.Account!.DisabledAt == null)
            .Select(session => new SessionFacts(
                session.Account!.Issuer, session.Account.Subject, session.Account.RoleValues, session.Account.OrganizationIds))
            .FirstOrDefault());

    private static readonly Func<PortalDbContext, string[], IAsyncEnumerable<OrganizationAccess>> s_organizations =
        EF.CompileAsyncQuery((PortalDbContext db, string[] organizationIds) => db.Organizations
            .Where(organization => organizationIds.Contains(organization.OrganizationId))
            .OrderBy(organization => organization.Name)
            .Select(organization => new OrganizationAccess(organization.Number, organization.OrganizationId, organization.Name)));

    /// <summary>What <paramref name="actor"/> may do now, or <see cref="NotSignedIn"/>.</summary>
    public async Task<Result<Access>> GetAsync(Actor? actor, CancellationToken cancellationToken = default)
    {
        if (actor is null or { SessionId.Length: 0 })
        {
            return new NotSignedIn();
        }

        await using var db = await OpenAsync(cancellationToken);
        return await GetAsync(db, actor);
    }

    /// <summary>As <see cref="GetAsync(Actor?, CancellationToken)"/>, and <see cref="AccessDenied"/> without the right.</summary>
    public async Task<Result<Access>> RequireAsync(Actor? actor, Right right, CancellationToken cancellationToken = default)
    {
        await using var db = await OpenAsync(cancellationToken);
        return await RequireAsync(db, actor, right);
    }

    /// <summary>The organization in which <paramref name="actor"/> may use <paramref name="right"/>, or <see cref="OrganizationNotFound"/>.</summary>
    public async Task<Result<OrganizationAccess>> RequireAsync(
        Actor? actor, Right right, string organizationId, CancellationToken cancellationToken = default)
    {
        var access = await RequireAsync(actor, right, cancellationToken);
        return !access.IsSuccess ? access.Error
            : access.Value.Organization(organizationId) is { } organization ? organization
            : new OrganizationNotFound(organizationId);
    }

    /// <summary>The same decision inside a transaction that is already open.</summary>
    internal async Task<Result<Access>> RequireAsync(PortalDbContext db, Actor? actor, Right right)
    {
        var result = await GetAsync(db, actor);
        return result.IsSuccess && !result.Value.Has(right) ? new AccessDenied(right) : result;
    }

    /// <summary>With an open connection: else each query would open one of its own, which every search would feel.</summary>
    private async Task<PortalDbContext> OpenAsync(CancellationToken cancellationToken)
    {
        var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        return db;
    }

    private async Task<Result<Access>> GetAsync(PortalDbContext db, Actor? actor)
    {
        if (actor is null || await s_session(db, actor.SessionId, clock.GetUtcNow()) is not { } session
            || session.Issuer != actor.Issuer || session.Subject != actor.Subject)
        {
            return new NotSignedIn();
        }

        var organizations = new List<OrganizationAccess>();
        await foreach (var organization in s_organizations(db, session.OrganizationIds))
        {
            organizations.Add(organization);
        }

        return new Access(actor, options.CurrentValue.RightsOf(session.RoleValues), organizations);
    }

    private sealed record SessionFacts(string Issuer, string Subject, string[] RoleValues, string[] OrganizationIds);
}
