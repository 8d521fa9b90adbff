using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Persistence;

namespace Portal.Core.AuditReview;

/// <summary>Which entries to list; what is left out does not narrow.</summary>
/// <param name="Person">Part of the actor's name, or their subject.</param>
/// <param name="Before">Entries older than this sequence number: the end of the page before.</param>
public sealed record AuditFilter(
    string? Person = null, string? AssetId = null, string? Action = null, DateTimeOffset? From = null, DateTimeOffset? To = null, long? Before = null, int PageSize = 50);

/// <summary>A line of the audit page or of an export.</summary>
public sealed record AuditLine(
    long Sequence, DateTimeOffset At, string ActorName, string ActorIssuer, string ActorSubject, string? Address, string Action, string Outcome,
    string? OrganizationId, string? AssetId, string? OperationId, string Detail)
{
    /// <summary>It was done; else <see cref="Outcome"/> names the error that refused it.</summary>
    public bool IsOk => Outcome == AuditTrail.Ok;
}

/// <param name="Before">Pass as <see cref="AuditFilter.Before"/> for the next page; <see langword="null"/> on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditLine> Lines, long? Before);

/// <summary>Reads the audit trail. Right <see cref="Right.ReadAudit"/>, or <see cref="Right.Read"/> for one asset of the caller's.</summary>
/// <remarks>
/// Entries of the caller's organizations, and those that belong to none (sign-ins, refusals) made by people of these
/// organizations; nobody learns from the trail what exists elsewhere.
/// </remarks>
public sealed class AuditQueries(AccessRules rules, IDbContextFactory<PortalDbContext> contexts)
{
    private const int MaxPageSize = 200;

    public async Task<Result<AuditPage>> SearchAsync(Actor? actor, AuditFilter filter, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.ReadAudit, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await PageAsync(db, Narrow(Visible(db, access.Value), filter), filter, access.Value, cancellationToken);
    }

    /// <summary>What was done to one asset; refused attempts are in <see cref="SearchAsync"/> only.</summary>
    public async Task<Result<AuditPage>> OfAssetAsync(Actor? actor, string assetId, long? before = null, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var numbers = access.Value.Organizations.Select(organization => (long?)organization.Number).ToList();
        var filter = new AuditFilter(AssetId: assetId, Before: before);
        var entries = db.AuditEntries.Where(entry => numbers.Contains(entry.OrganizationNumber) && entry.Outcome == AuditTrail.Ok);
        return await PageAsync(db, Narrow(entries, filter), filter, access.Value, cancellationToken);
    }

    private static IQueryable<AuditEntry> Visible(PortalDbContext db, Access.Access access)
    {
        var numbers = access.Organizations.Select(organization => (long?)organization.Number).ToList();
        var organizationIds = access.Organizations.Select(organization => organization.OrganizationId).ToList();
        var own = access.Actor;
        return db.AuditEntries.Where(entry => numbers.Contains(entry.OrganizationNumber)
            || (entry.OrganizationNumber == null && ((entry.ActorIssuer == own.Issuer && entry.ActorSubject == own.Subject) || db.Accounts.Any(account =>
                account.Issuer == entry.ActorIssuer && account.Subject == entry.ActorSubject
                && account.OrganizationIds.Any(id => organizationIds.Contains(id))))));
    }

    private static IQueryable<AuditEntry> Narrow(IQueryable<AuditEntry> entries, AuditFilter filter)
    {
        if (!string.IsNullOrWhiteSpace(filter.Person))
        {
            var person = filter.Person.Trim();
            entries = entries.Where(entry => entry.ActorSubject == person || entry.ActorName.Contains(person));
        }

        if (!string.IsNullOrWhiteSpace(filter.AssetId))
        {
            var assetId = filter.AssetId.Trim();
            entries = entries.Where(entry => entry.AssetId == assetId);
        }

        if (!string.IsNullOrWhiteSpace(filter.Action))
        {
            entries = entries.Where(entry => entry.Action == filter.Action);
        }

        if (filter.From is { } from)
        {
            entries = entries.Where(entry => entry.At >= from);
        }

        if (filter.To is { } to)
        {
            entries = entries.Where(entry => entry.At < to);
        }

        return filter.Before is { } before ? entries.Where(entry => entry.Sequence < before) : entries;
    }

    private static async Task<AuditPage> PageAsync(
        PortalDbContext db, IQueryable<AuditEntry> entries, AuditFilter filter, Access.Access access, CancellationToken cancellationToken)
    {
        var size = Math.Clamp(filter.PageSize, 1, MaxPageSize);
        var names = access.Organizations.ToDictionary(organization => organization.Number, organization => organization.OrganizationId);
        var rows = await entries.AsNoTracking().OrderByDescending(entry => entry.Sequence).Take(size + 1).ToListAsync(cancellationToken);
        var lines = rows.Take(size).Select(entry => new AuditLine(
            entry.Sequence, entry.At, entry.ActorName, entry.ActorIssuer, entry.ActorSubject, entry.Address, entry.Action, entry.Outcome,
            entry.OrganizationNumber is { } number ? names.GetValueOrDefault(number) : null, entry.AssetId, entry.OperationId, entry.Detail)).ToList();
        return new AuditPage(lines, rows.Count > size ? lines[^1].Sequence : null);
    }
}
