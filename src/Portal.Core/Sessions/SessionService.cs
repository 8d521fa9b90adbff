using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Reveals;

namespace Portal.Core.Sessions;

/// <summary>Section <c>Sessions</c>.</summary>
public sealed class SessionOptions
{
    public const string SectionName = "Sessions";

    /// <summary>How long a sign-in lasts at most (d.hh:mm:ss).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);
}

/// <summary>A person as an identity provider has just described them.</summary>
/// <param name="RoleValues">Values of the role claim, as they are.</param>
/// <param name="OrganizationIds">Values of the organization claim, as they are.</param>
/// <param name="ProviderSessionId">The provider's <c>sid</c>, if it has one.</param>
public sealed record IdentifiedPerson(
    string Issuer, string Subject, string Name, IReadOnlyList<string> RoleValues, IReadOnlyList<string> OrganizationIds,
    string? ProviderSessionId, string? Address);

/// <summary>The portal keeps this person out until an administrator enables them.</summary>
public sealed record AccountDisabled(string Name) : Error($"{Name} may not sign in to this portal. An administrator can enable the account.");

/// <summary>The issuer is a word of the portal's own: nobody signs in with it.</summary>
public sealed record IssuerReserved(string Issuer) : Error($"Nobody signs in as '{Issuer}'.");

/// <summary>Begins and ends sign-ins.</summary>
public sealed class SessionService(
    CommandRunner commands, IDbContextFactory<PortalDbContext> contexts, IOptions<SessionOptions> options,
    IOptionsMonitor<AccessOptions> access, TimeProvider clock)
{
    /// <summary>
    /// Begins a session. Roles and organizations of this sign-in hold from now on for every session of the person: a
    /// role taken away at the provider is gone everywhere at their next sign-in anywhere.
    /// </summary>
    /// <returns>The actor, or <see cref="AccountDisabled"/>, <see cref="IssuerReserved"/>.</returns>
    public Task<Result<Actor>> SignInAsync(IdentifiedPerson person)
    {
        var actor = new Actor(person.Issuer, person.Subject, person.Name, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)), person.Address);
        return commands.RunAsPortalAsync<Actor>(new Command(AuditActions.SignIn, Right.None, actor), async scope =>
        {
            if (person.Issuer == ApplicationIdentity.Issuer)
            {
                return new IssuerReserved(person.Issuer);
            }

            var account = await scope.Db.Accounts.FirstOrDefaultAsync(known => known.Issuer == person.Issuer && known.Subject == person.Subject);
            if (account is { DisabledAt: not null })
            {
                return new AccountDisabled(person.Name);
            }

            account ??= scope.Db.Accounts.Add(new Account
            {
                Issuer = person.Issuer,
                Subject = person.Subject,
                Name = person.Name,
                RoleValues = [],
                OrganizationIds = [],
            }).Entity;
            account.Name = person.Name;
            account.RoleValues = [.. person.RoleValues.Distinct(StringComparer.Ordinal)];
            account.OrganizationIds = [.. person.OrganizationIds.Distinct(StringComparer.Ordinal)];
            account.LastSignInAt = scope.Now;
            await RevokeLostGrantsAsync(scope, account);
            scope.Db.Sessions.Add(new OperatorSession
            {
                Id = actor.SessionId,
                Account = account,
                ProviderSessionId = person.ProviderSessionId,
                Address = person.Address,
                CreatedAt = scope.Now,
                ExpiresAt = scope.Now + options.Value.Lifetime,
            });
            await scope.AuditAsync(null, null, new { roles = account.RoleValues, organizations = account.OrganizationIds });
            return actor;
        });
    }

    /// <summary>Ends this session; ending an ended one is no error.</summary>
    /// <returns>Or <see cref="NotSignedIn"/> if the session was never this person's.</returns>
    public Task<Result<Actor>> SignOutAsync(Actor? actor) =>
        commands.RunAsPortalAsync<Actor>(new Command(AuditActions.SignOut, Right.None, actor), async scope =>
        {
            if (actor is null || !await scope.Db.Sessions.AnyAsync(session =>
                session.Id == actor.SessionId && session.Account!.Issuer == actor.Issuer && session.Account.Subject == actor.Subject))
            {
                return new NotSignedIn();
            }

            await EndAsync(scope, session => session.Id == actor.SessionId, "signed out");
            scope.Publish(new SessionEndedEvent(actor.Issuer, actor.Subject, actor.SessionId));
            await scope.AuditAsync(null, null, new { });
            return actor;
        });

    /// <summary>Ends sessions on the provider's word (back-channel sign-out): by its session, or all of a subject.</summary>
    public Task<Result<Actor>> EndFromProviderAsync(string issuer, string? subject, string? providerSessionId) =>
        commands.RunAsPortalAsync<Actor>(new Command(AuditActions.SessionsEnded, Right.None, null), async scope =>
        {
            var ended = await scope.Db.Sessions
                .Where(session => session.Account!.Issuer == issuer && session.EndedAt == null
                    && (providerSessionId != null ? session.ProviderSessionId == providerSessionId : session.Account.Subject == subject))
                .Select(session => new { session.Id, session.Account!.Subject }).ToListAsync();
            foreach (var session in ended)
            {
                await EndAsync(scope, known => known.Id == session.Id, "ended by the identity provider");
                scope.Publish(new SessionEndedEvent(issuer, session.Subject, session.Id));
            }

            await scope.AuditAsync(null, null, new { issuer, subject, sessions = ended.Count });
            return scope.Actor;
        });

    /// <summary>Whether commands of this session would still be looked at.</summary>
    public async Task<bool> IsActiveAsync(string sessionId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return await db.Sessions.AnyAsync(
            session => session.Id == sessionId && session.EndedAt == null && session.ExpiresAt > now && session.Account!.DisabledAt == null,
            cancellationToken);
    }

    /// <summary>Whoever may not make such a secret any more, or not there, keeps no right to see one from before.</summary>
    private async Task RevokeLostGrantsAsync(CommandScope scope, Account account)
    {
        var rights = access.CurrentValue.RightsOf(account.RoleValues);
        var organizations = await scope.Db.Organizations.AsNoTracking()
            .Where(organization => account.OrganizationIds.Contains(organization.OrganizationId))
            .Select(organization => organization.Number).ToListAsync();
        await RevealGrants.RevokeOfOwnerAsync(
            scope, account.Issuer, account.Subject, grant => (rights & grant.RightNeeded) == 0 || !organizations.Contains(grant.OrganizationNumber));
    }

    internal static async Task EndAsync(
        CommandScope scope, System.Linq.Expressions.Expression<Func<OperatorSession, bool>> which, string reason)
    {
        var open = scope.Db.Sessions.Where(which).Where(session => session.EndedAt == null);
        await scope.Db.SessionTickets.Where(ticket => open.Any(session => session.Id == ticket.SessionId)).ExecuteDeleteAsync();
        await open.ExecuteUpdateAsync(set => set
            .SetProperty(session => session.EndedAt, scope.Now).SetProperty(session => session.EndReason, reason));
    }
}
