using Microsoft.Extensions.Options;
using Portal.Core.Persistence;

namespace Portal.Core.Access;

/// <summary>Reads what an actor may do. The one place where a session or an application, a role and an organization become a decision.</summary>
public sealed class AccessRules(ISessionFacts sessions, IOptionsMonitor<AccessOptions> options, TimeProvider clock)
{
    /// <summary>What <paramref name="actor"/> may do now, or <see cref="NotSignedIn"/>.</summary>
    public Task<Result<Access>> GetAsync(Actor? actor, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<Result<Access>>(cancellationToken)
            : Task.FromResult(Decide(actor, sessions.Find, sessions.FindApplication));

    /// <summary>As <see cref="GetAsync(Actor?, CancellationToken)"/>, and <see cref="AccessDenied"/> without the right.</summary>
    public async Task<Result<Access>> RequireAsync(Actor? actor, Right right, CancellationToken cancellationToken = default) =>
        Require(await GetAsync(actor, cancellationToken), right);

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
    internal Result<Access> Require(IWriteUnit unit, Actor? actor, Right right) =>
        Require(Decide(actor, unit.FindSession, unit.FindApplication), right);

    private static Result<Access> Require(Result<Access> access, Right right) =>
        access.IsSuccess && !access.Value.Has(right) ? new AccessDenied(right) : access;

    private Result<Access> Decide(
        Actor? actor, Func<string, DateTimeOffset, SessionFacts?> findSession, Func<string, ApplicationFacts?> findApplication) => actor switch
        {
            { Issuer: ApplicationIdentity.Issuer, SessionId.Length: 0 } => findApplication(actor.Subject) is { } application
                ? new Access(actor, application.Rights, [application.Organization]) { Application = application }
                : new NotSignedIn(),
            { Issuer: not ApplicationIdentity.Issuer, SessionId.Length: > 0 } => findSession(actor.SessionId, clock.GetUtcNow()) is { } session
                && session.Issuer == actor.Issuer && session.Subject == actor.Subject
                ? new Access(actor, options.CurrentValue.RightsOf(session.RoleValues), session.Organizations)
                : new NotSignedIn(),
            _ => new NotSignedIn(),
        };
}
