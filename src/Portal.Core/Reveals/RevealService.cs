using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Secrets;

namespace Portal.Core.Reveals;

/// <summary>Shows a new secret to the one who made it, counted, audited and for a short while.</summary>
public sealed class RevealService(
    CommandRunner commands, AccessRules rules, IDbContextFactory<PortalDbContext> contexts, SecretVault vault, SteadyClock clock,
    IOptions<RevealOptions> options, ILogger<RevealService> logger)
{
    /// <summary>
    /// One display. The audit entry "display n of m" is committed before a byte of the secret is opened.
    /// </summary>
    /// <returns><see cref="RevealedSecret"/>, or <see cref="RevealNotFound"/>, <see cref="RevealClosed"/>, <see cref="SecretUnreadable"/>.</returns>
    public async Task<Result<RevealedSecret>> DisplayAsync(Actor? actor, Guid grantId, RevealForm form = RevealForm.Text)
    {
        var counted = await commands.RunAsync<CountedDisplay>(Command(AuditActions.SecretDisplayed, actor, grantId), async scope =>
        {
            var found = await FindOwnAsync(scope, grantId);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var grant = found.Value;

            if (form == RevealForm.QrCode && grant.Subject != RevealSubject.Device)
            {
                return new FieldInvalid("form", "only a device is provisioned by a QR code");
            }

            if (ClosedReason(grant) is { } reason)
            {
                return new RevealClosed(grantId, reason);
            }

            if (await FindSealedAsync(scope.Db, grant) is not { } secret)
            {
                return new RevealClosed(grantId, RevealCloseReason.Superseded);
            }

            grant.CountDisplay(scope.Now);
            scope.Publish(new RevealChangedEvent(grant.OwnerIssuer, grant.OwnerSubject, grant.Id));
            await scope.AuditAsync(
                grant.OrganizationNumber, grant.AuditedAssetId, new { grantId, display = grant.Displays, of = options.Value.MaxDisplays, form, grant.CredentialVersion, grant.AccessKey });
            return new CountedDisplay(secret, grant.Subject, grant.Displays);
        });
        if (!counted.IsSuccess)
        {
            return counted.Error;
        }

        var (secret, subject, display) = counted.Value;
        try
        {
            return new RevealedSecret(Open(secret, subject), display, options.Value.MaxDisplays);
        }
        catch (SecretTamperedException exception)
        {
            logger.LogCritical(exception, "The stored secret of {Owner} does not open", secret.Binding.OwnerId);
            var unreadable = new SecretUnreadable(secret.Binding.OwnerId);
            await commands.RunAsync<CountedDisplay>(
                Command(AuditActions.SecretDisplayed, actor, grantId) with { AssetId = subject == RevealSubject.Device ? secret.Binding.OwnerId : null },
                _ => Task.FromResult<Result<CountedDisplay>>(unreadable));
            return unreadable;
        }
    }

    /// <summary>The owner says that the secret is stored: it is never shown again. Saying it twice is no error.</summary>
    /// <returns>Or <see cref="RevealNotFound"/>, <see cref="RevealClosed"/>, <see cref="RevealNotDisplayed"/>.</returns>
    public Task<Result<AcknowledgedReveal>> AcknowledgeAsync(Actor? actor, Guid grantId) =>
        commands.RunAsync<AcknowledgedReveal>(Command(AuditActions.SecretAcknowledged, actor, grantId), async scope =>
        {
            var found = await FindOwnAsync(scope, grantId);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var grant = found.Value;

            var repeated = grant.CloseReason == RevealCloseReason.Acknowledged;
            if (!repeated)
            {
                if (grant.State == RevealState.Closed || IsOver(grant))
                {
                    return new RevealClosed(grantId, grant.CloseReason ?? RevealCloseReason.Expired);
                }

                if (grant.Displays == 0)
                {
                    return new RevealNotDisplayed(grantId);
                }

                RevealGrants.Close(scope, [grant], RevealCloseReason.Acknowledged);
            }

            await scope.AuditAsync(grant.OrganizationNumber, grant.AuditedAssetId, new { grantId, displays = grant.Displays, repeated, grant.AccessKey });
            return new AcknowledgedReveal(grantId, grant.AssetId);
        });

    /// <summary>Notes that the owner copied the secret (a click in the browser; the portal cannot see more).</summary>
    public Task<Result<AcknowledgedReveal>> RecordCopyAsync(Actor? actor, Guid grantId) =>
        commands.RunAsync<AcknowledgedReveal>(Command(AuditActions.SecretCopied, actor, grantId), async scope =>
        {
            var found = await FindOwnAsync(scope, grantId);
            if (found.Value is not { Displays: > 0 } grant)
            {
                return found.Error ?? new RevealNotFound(grantId);
            }

            await scope.AuditAsync(grant.OrganizationNumber, grant.AuditedAssetId, new { grantId, grant.AccessKey });
            return new AcknowledgedReveal(grantId, grant.AssetId);
        });

    /// <summary>Secrets of the actor that wait to be confirmed, soonest to expire first.</summary>
    public async Task<Result<IReadOnlyList<OpenReveal>>> MineAsync(Actor? actor, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var grants = await db.RevealGrants.AsNoTracking()
            .Where(grant => grant.OwnerIssuer == actor!.Issuer && grant.OwnerSubject == actor.Subject && grant.State == RevealState.Open && grant.ExpiresAt > now)
            .OrderBy(grant => grant.ExpiresAt).ToListAsync(cancellationToken);
        return grants.Where(grant => access.Value.MayTouch(grant.OrganizationNumber)).Select(grant => new OpenReveal(
            grant.Id, grant.AssetId, grant.ProductKey, grant.DeviceKey, grant.ReplacementId, grant.CreatedAt, grant.ExpiresAt - now, grant.Displays, options.Value.MaxDisplays)
        {
            Subject = grant.Subject,
            AccessKey = grant.AccessKey,
            ApplicationName = grant.ApplicationName,
        }).ToList();
    }

    /// <summary>Closes grants whose time is over. Nothing depends on it: a display looks at the time itself.</summary>
    internal Task<Result<ExpiredReveals>> CloseExpiredAsync() =>
        commands.RunAsPortalAsync<ExpiredReveals>(new Command(AuditActions.SecretExpired, Right.None, null), async scope =>
        {
            var now = clock.GetUtcNow();
            var expired = await scope.Db.RevealGrants.Where(grant => grant.State == RevealState.Open && grant.ExpiresAt <= now).ToListAsync();
            RevealGrants.Close(scope, expired, RevealCloseReason.Expired);
            if (expired.Count == 0)
            {
                // Confirmed between the look and the lock.
                scope.NothingToAudit();
            }

            foreach (var grant in expired)
            {
                await scope.AuditAsync(grant.OrganizationNumber, grant.AuditedAssetId, new { grantId = grant.Id, grant.Displays, grant.AccessKey });
            }

            return new ExpiredReveals(expired.Count);
        });

    internal async Task<bool> AnyExpiredAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return await db.RevealGrants.AnyAsync(grant => grant.State == RevealState.Open && grant.ExpiresAt <= now, cancellationToken);
    }

    private static Command Command(string action, Actor? actor, Guid grantId) => new(action, Right.None, actor) { Request = grantId };

    /// <summary>A grant of the actor's, who may still make such secrets. It is looked for first: which right it takes depends on it.</summary>
    private static async Task<Result<RevealGrant>> FindOwnAsync(CommandScope scope, Guid grantId)
    {
        var grant = await scope.Db.RevealGrants.FindAsync(grantId);
        var isOwn = grant is not null && grant.IsOwnedBy(scope.Actor) && scope.Access.MayTouch(grant.OrganizationNumber);
        var right = isOwn ? grant!.RightNeeded : Right.Replace;
        if (!scope.Access.Has(right))
        {
            return new AccessDenied(right);
        }

        if (!isOwn)
        {
            return new RevealNotFound(grantId);
        }

        scope.OrganizationNumber = grant!.OrganizationNumber;
        return grant;
    }

    /// <summary>The generation that the grant is for, if it still is the present one.</summary>
    private static async Task<SealedSecret?> FindSealedAsync(PortalDbContext db, RevealGrant grant)
    {
        if (grant.Subject == RevealSubject.Application)
        {
            return await db.ApplicationCredentials.AsNoTracking()
                .Where(credential => credential.ApplicationId == grant.ApplicationId && credential.Version == grant.CredentialVersion)
                .Select(credential => new SealedSecret(
                    credential.KeyId, credential.Sealed, new SecretBinding(SecretBinding.Application, grant.OrganizationNumber, grant.AccessKey!, credential.Version)))
                .FirstOrDefaultAsync();
        }

        if (grant.Subject == RevealSubject.Product)
        {
            return await db.ProductSecretAsync(grant.ProductKey, grant.CredentialVersion) is var (credential, organizationNumber)
                ? new SealedSecret(credential.KeyId, credential.Sealed, new SecretBinding(SecretBinding.Product, organizationNumber, grant.ProductKey, credential.Version))
                : null;
        }

        return await db.Credentials.AsNoTracking()
            .Where(credential => credential.DeviceId == grant.DeviceId && credential.Version == grant.CredentialVersion)
            .Select(credential => new SealedSecret(
                credential.KeyId, credential.Sealed, new SecretBinding(SecretBinding.Device, grant.OrganizationNumber, grant.AssetId, credential.Version)))
            .FirstOrDefaultAsync();
    }

    private SecretBytes Open(SealedSecret secret, RevealSubject subject) => subject == RevealSubject.Application
        ? vault.OpenSecretKey(secret.KeyId, secret.Sealed, secret.Binding)
        : vault.Open(secret.KeyId, secret.Sealed, secret.Binding);

    private RevealCloseReason? ClosedReason(RevealGrant grant) => grant switch
    {
        { State: RevealState.Closed } => grant.CloseReason,
        _ when IsOver(grant) => RevealCloseReason.Expired,
        _ when grant.Displays >= options.Value.MaxDisplays => RevealCloseReason.Exhausted,
        _ => null,
    };

    /// <summary>
    /// Expired, or made at a time that has not come yet: then the clock was set back and the portal started again, and
    /// how old the grant really is cannot be told.
    /// </summary>
    private bool IsOver(RevealGrant grant)
    {
        var now = clock.GetUtcNow();
        return now >= grant.ExpiresAt || now < grant.CreatedAt;
    }

    private sealed record SealedSecret(string KeyId, byte[] Sealed, SecretBinding Binding);

    private sealed record CountedDisplay(SealedSecret Secret, RevealSubject Subject, int Display);

    internal sealed record ExpiredReveals(int Count);
}
