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

public sealed record AccountNotFound(long AccountId) : Error("There is no such person.");

/// <summary>An administrator who shut themselves out could not undo it.</summary>
public sealed record OwnAccount() : Error("You cannot disable your own account.");

/// <summary>Who has signed in, and keeping somebody out. Right <see cref="Right.ManagePeople"/>.</summary>
public sealed class AccountService(
    CommandRunner commands, AccessRules rules, IDbContextFactory<PortalDbContext> contexts, IOptionsMonitor<AccessOptions> access, TimeProvider clock)
{
    public async Task<Result<IReadOnlyList<AccountSummary>>> ListAsync(Actor actor, CancellationToken cancellationToken = default)
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
        return accounts.ConvertAll(row => new AccountSummary(
            row.Account.Id, row.Account.Issuer, row.Account.Subject, row.Account.Name, row.Account.RoleValues,
            access.CurrentValue.RightsOf(row.Account.RoleValues), row.Account.OrganizationIds, row.Account.LastSignInAt, row.Account.DisabledAt, row.Open));
    }

    /// <summary>From now on nothing the person asks for is done; their sessions and rights to see secrets end.</summary>
    public Task<Result<Account>> DisableAsync(Actor actor, long accountId) => ChangeAsync(
        new Command(AuditActions.AccountDisabled, Right.ManagePeople, actor), accountId, async (scope, account) =>
        {
            if (account.Issuer == actor.Issuer && account.Subject == actor.Subject)
            {
                return new OwnAccount();
            }

            account.DisabledAt ??= scope.Now;
            await EndSessionsAsync(scope, account, "account disabled");
            await RevealGrants.RevokeOfOwnerAsync(scope, account.Issuer, account.Subject);
            return account;
        });

    public Task<Result<Account>> EnableAsync(Actor actor, long accountId) => ChangeAsync(
        new Command(AuditActions.AccountEnabled, Right.ManagePeople, actor), accountId, (_, account) =>
        {
            account.DisabledAt = null;
            return Task.FromResult<Result<Account>>(account);
        });

    /// <summary>Ends every session of the person; they may sign in again.</summary>
    public Task<Result<Account>> EndSessionsAsync(Actor actor, long accountId) => ChangeAsync(
        new Command(AuditActions.SessionsEnded, Right.ManagePeople, actor), accountId, async (scope, account) =>
        {
            await EndSessionsAsync(scope, account, "ended by an administrator");
            return account;
        });

    private Task<Result<Account>> ChangeAsync(Command command, long accountId, Func<CommandScope, Account, Task<Result<Account>>> change) =>
        commands.RunAsync<Account>(command, async scope =>
        {
            if (await scope.Db.Accounts.FindAsync(accountId) is not { } account)
            {
                return new AccountNotFound(accountId);
            }

            var result = await change(scope, account);
            if (result.IsSuccess)
            {
                await scope.AuditAsync(null, null, new { account.Issuer, account.Subject, account.Name });
            }

            return result;
        });

    private static async Task EndSessionsAsync(CommandScope scope, Account account, string reason)
    {
        await SessionService.EndAsync(scope, session => session.AccountId == account.Id, reason);
        scope.Publish(new SessionEndedEvent(account.Issuer, account.Subject, null));
    }
}
