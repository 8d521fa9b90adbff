using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Reveals;

namespace Portal.Core.Sessions;

/// <summary>A person as the administrator's list shows them.</summary>
public sealed record AccountSummary(
    long Id, string Issuer, string Subject, string Name, IReadOnlyList<string> RoleValues, Right Rights, IReadOnlyList<string> OrganizationIds,
    DateTimeOffset LastSignInAt, DateTimeOffset? DisabledAt, int OpenSessions);

/// <summary>A person whose way in was changed.</summary>
public sealed record ChangedAccount(long Id, string Name, DateTimeOffset? DisabledAt);

public sealed record AccountNotFound(long AccountId) : Error("There is no such person.");

/// <summary>An administrator who shut themselves out could not undo it.</summary>
public sealed record OwnAccount() : Error("You cannot disable your own account.");

/// <summary>Who has signed in, and keeping somebody out. Right <see cref="Right.ManagePeople"/>.</summary>
public sealed class AccountService(
    CommandRunner commands, AccessRules rules, IDbContextFactory<PortalDbContext> contexts, IOptionsMonitor<AccessOptions> access, TimeProvider clock)
{
    public async Task<Result<IReadOnlyList<AccountSummary>>> ListAsync(Actor? actor, CancellationToken cancellationToken = default)
    {
        var allowed = await rules.RequireAsync(actor, Right.ManagePeople, cancellationToken);
        if (!allowed.IsSuccess)
        {
            return allowed.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var accounts = await db.Accounts.AsNoTracking().OrderBy(account => account.Name)
            .Select(account => new
            {
                Account = account,
                Open = db.Sessions.Count(session => session.AccountId == account.Id && session.EndedAt == null && session.ExpiresAt > now),
            })
            .ToListAsync(cancellationToken);
        return accounts.Where(row => IsVisible(row.Account, allowed.Value)).Select(row => new AccountSummary(
            row.Account.Id, row.Account.Issuer, row.Account.Subject, row.Account.Name, row.Account.RoleValues,
            access.CurrentValue.RightsOf(row.Account.RoleValues), row.Account.OrganizationIds, row.Account.LastSignInAt, row.Account.DisabledAt, row.Open)).ToList();
    }

    /// <summary>From now on nothing the person asks for is done; their sessions and rights to see secrets end.</summary>
    public Task<Result<ChangedAccount>> DisableAsync(Actor? actor, long accountId) => ChangeAsync(
        new Command(AuditActions.AccountDisabled, Right.ManagePeople, actor), accountId, async (scope, account) =>
        {
            if (account.Issuer == scope.Actor.Issuer && account.Subject == scope.Actor.Subject)
            {
                return new OwnAccount();
            }

            account.DisabledAt ??= scope.Now;
            await EndSessionsAsync(scope, account, "account disabled");
            await RevealGrants.RevokeOfOwnerAsync(scope, account.Issuer, account.Subject);
            return null;
        });

    public Task<Result<ChangedAccount>> EnableAsync(Actor? actor, long accountId) => ChangeAsync(
        new Command(AuditActions.AccountEnabled, Right.ManagePeople, actor), accountId, (_, account) =>
        {
            account.DisabledAt = null;
            return Task.FromResult<Error?>(null);
        });

    /// <summary>Ends every session of the person; they may sign in again.</summary>
    public Task<Result<ChangedAccount>> EndSessionsAsync(Actor? actor, long accountId) => ChangeAsync(
        new Command(AuditActions.SessionsEnded, Right.ManagePeople, actor), accountId, async (scope, account) =>
        {
            await EndSessionsAsync(scope, account, "ended by an administrator");
            return null;
        });

    private Task<Result<ChangedAccount>> ChangeAsync(Command command, long accountId, Func<CommandScope, Account, Task<Error?>> change) =>
        commands.RunAsync<ChangedAccount>(command, async scope =>
        {
            if (await scope.Db.Accounts.FindAsync(accountId) is not { } account || !IsVisible(account, scope.Access))
            {
                return new AccountNotFound(accountId);
            }

            if (await change(scope, account) is { } fault)
            {
                return fault;
            }

            await scope.AuditAsync(null, null, new { account.Issuer, account.Subject, account.Name });
            return new ChangedAccount(account.Id, account.Name, account.DisabledAt);
        });

    /// <summary>People of the caller's organizations, and those who belong to none: nobody learns who works elsewhere.</summary>
    private static bool IsVisible(Account account, Access.Access access) =>
        account.OrganizationIds.Length == 0 || account.OrganizationIds.Any(id => access.Organization(id) is not null)
        || (account.Issuer == access.Actor.Issuer && account.Subject == access.Actor.Subject);

    private static async Task EndSessionsAsync(CommandScope scope, Account account, string reason)
    {
        await SessionService.EndAsync(scope, session => session.AccountId == account.Id, reason);
        scope.Publish(new SessionEndedEvent(account.Issuer, account.Subject, null));
    }
}
