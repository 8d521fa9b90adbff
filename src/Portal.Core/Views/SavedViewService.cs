using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Persistence;

namespace Portal.Core.Views;

public sealed record SavedViewSummary(long Id, string Name, string Query);

public sealed record SavedViewNameInUse(string Name) : Error($"You have a view named '{Name}' already.");

public sealed record SavedViewNotFound(long ViewId) : Error("That view is gone.");

public sealed record TooManySavedViews(int Limit) : Error($"You can keep {Limit} views. Delete one first.");

/// <summary>A person's own named states of the device grid.</summary>
public sealed class SavedViewService(CommandRunner commands, AccessRules rules, IDbContextFactory<PortalDbContext> contexts)
{
    public const int MaxNameLength = ColumnLengths.SavedViewName;

    /// <summary>The view without a name is how the person left the grid; no other can have it.</summary>
    private const string LayoutName = "";

    private const int Limit = 50;
    private const int MaxQueryLength = 2000;

    public async Task<Result<IReadOnlyList<SavedViewSummary>>> MineAsync(Actor? actor, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SavedViews.AsNoTracking()
            .Where(view => view.OwnerIssuer == actor!.Issuer && view.OwnerSubject == actor.Subject && view.Name != LayoutName).OrderBy(view => view.Name)
            .Select(view => new SavedViewSummary(view.Id, view.Name, view.Query)).ToListAsync(cancellationToken);
    }

    /// <summary>How the person left columns, density and page size of the grid, on whatever browser; empty before the first change.</summary>
    public async Task<Result<string>> LayoutAsync(Actor? actor, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SavedViews.AsNoTracking().Where(IsLayoutOf(actor!)).Select(view => view.Query).FirstOrDefaultAsync(cancellationToken) ?? "";
    }

    /// <param name="query">Columns, density and page size, as they stand in the URL.</param>
    public Task<Result<string>> SaveLayoutAsync(Actor? actor, string query) =>
        commands.RunAsync<string>(new Command(AuditActions.LayoutSaved, Right.Read, actor), async scope =>
        {
            if (query.Length > MaxQueryLength)
            {
                return new FieldInvalid("query", $"at most {MaxQueryLength} characters");
            }

            if (await scope.Db.SavedViews.FirstOrDefaultAsync(IsLayoutOf(scope.Actor)) is { } layout)
            {
                layout.Query = query;
            }
            else
            {
                scope.Db.SavedViews.Add(new SavedView { OwnerIssuer = scope.Actor.Issuer, OwnerSubject = scope.Actor.Subject, Name = LayoutName, Query = query });
            }

            await scope.AuditAsync(null, null, new { query });
            return query;
        });

    public Task<Result<SavedViewSummary>> SaveAsync(Actor? actor, string name, string query) =>
        commands.RunAsync<SavedViewSummary>(new Command(AuditActions.ViewSaved, Right.Read, actor), async scope =>
        {
            var trimmed = name.Trim();
            if (trimmed.Length is 0 or > MaxNameLength || trimmed.Any(char.IsControl))
            {
                return new FieldInvalid("name", $"1 to {MaxNameLength} characters");
            }

            if (query.Length > MaxQueryLength)
            {
                return new FieldInvalid("query", $"at most {MaxQueryLength} characters");
            }

            if (await scope.Db.SavedViews.CountAsync(view =>
                view.OwnerIssuer == scope.Actor.Issuer && view.OwnerSubject == scope.Actor.Subject && view.Name != LayoutName) >= Limit)
            {
                return new TooManySavedViews(Limit);
            }

            var view = new SavedView { OwnerIssuer = scope.Actor.Issuer, OwnerSubject = scope.Actor.Subject, Name = trimmed, Query = query };
            scope.Db.SavedViews.Add(view);
            if (!await scope.TrySaveAsync())
            {
                return new SavedViewNameInUse(trimmed);
            }

            await scope.AuditAsync(null, null, new { view.Name });
            return new SavedViewSummary(view.Id, view.Name, view.Query);
        });

    public Task<Result<SavedViewSummary>> DeleteAsync(Actor? actor, long viewId) =>
        commands.RunAsync<SavedViewSummary>(new Command(AuditActions.ViewDeleted, Right.Read, actor), async scope =>
        {
            if (await scope.Db.SavedViews.FirstOrDefaultAsync(view =>
                view.Id == viewId && view.OwnerIssuer == scope.Actor.Issuer && view.OwnerSubject == scope.Actor.Subject) is not { } view)
            {
                return new SavedViewNotFound(viewId);
            }

            scope.Db.SavedViews.Remove(view);
            await scope.AuditAsync(null, null, new { view.Name });
            return new SavedViewSummary(view.Id, view.Name, view.Query);
        });

    private static Expression<Func<SavedView, bool>> IsLayoutOf(Actor actor) =>
        view => view.OwnerIssuer == actor.Issuer && view.OwnerSubject == actor.Subject && view.Name == LayoutName;
}
