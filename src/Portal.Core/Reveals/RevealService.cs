using System.Text.Json.Serialization;
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

/// <summary>How a displayed secret was asked for; each is a counted display.</summary>
public enum RevealForm
{
    Text = 0,
    QrCode = 1,
}

/// <summary>One counted display. Dispose it as soon as its bytes are sent: that wipes them.</summary>
public sealed class RevealedSecret(DeviceSecret secret, int display, int maxDisplays) : IDisposable
{
    /// <summary>The plain secret, ASCII. Never part of a serialised result.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Bytes => secret.Reveal();

    /// <summary>Which display this is, from 1.</summary>
    public int Display { get; } = display;

    public int MaxDisplays { get; } = maxDisplays;

    public void Dispose() => secret.Dispose();
}

/// <summary>A secret that its maker has not confirmed yet: the line on every page, and the state of a reveal screen.</summary>
public sealed record OpenReveal(
    Guid GrantId, string AssetId, string ProductKey, string DeviceKey, long? ReplacementId, DateTimeOffset CreatedAt, TimeSpan TimeLeft, int Displays, int MaxDisplays);

/// <summary>A closed grant, told to its owner.</summary>
public sealed record AcknowledgedReveal(Guid GrantId, string AssetId);

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
            if (await FindOwnAsync(scope, grantId) is not { } grant)
            {
                return new RevealNotFound(grantId);
            }

            if (ClosedReason(grant) is { } reason)
            {
                return new RevealClosed(grantId, reason);
            }

            if (await scope.Db.Credentials.AsNoTracking().FirstOrDefaultAsync(
                credential => credential.DeviceId == grant.DeviceId && credential.Version == grant.CredentialVersion) is not { } credential)
            {
                return new RevealClosed(grantId, RevealCloseReason.Superseded);
            }

            grant.CountDisplay(scope.Now);
            scope.Publish(new RevealChangedEvent(grant.OwnerIssuer, grant.OwnerSubject, grant.Id));
            await scope.AuditAsync(grant.OrganizationNumber, grant.AssetId, new { grantId, display = grant.Displays, of = options.Value.MaxDisplays, form, grant.CredentialVersion });
            return new CountedDisplay(credential, grant.OrganizationNumber, grant.AssetId, grant.Displays);
        });
        if (!counted.IsSuccess)
        {
            return counted.Error;
        }

        var (sealedSecret, organizationNumber, assetId, display) = counted.Value;
        try
        {
            var binding = new SecretBinding(SecretBinding.Device, organizationNumber, assetId, sealedSecret.Version);
            return new RevealedSecret(vault.Open(sealedSecret.KeyId, sealedSecret.Sealed, binding), display, options.Value.MaxDisplays);
        }
        catch (SecretTamperedException exception)
        {
            logger.LogCritical(exception, "The stored secret of asset {AssetId} does not open", assetId);
            var unreadable = new SecretUnreadable(assetId);
            await commands.RunAsync<CountedDisplay>(
                Command(AuditActions.SecretDisplayed, actor, grantId) with { AssetId = assetId },
                _ => Task.FromResult<Result<CountedDisplay>>(unreadable));
            return unreadable;
        }
    }

    /// <summary>The owner says that the secret is stored: it is never shown again. Saying it twice is no error.</summary>
    /// <returns>Or <see cref="RevealNotFound"/>, <see cref="RevealClosed"/>, <see cref="RevealNotDisplayed"/>.</returns>
    public Task<Result<AcknowledgedReveal>> AcknowledgeAsync(Actor? actor, Guid grantId) =>
        commands.RunAsync<AcknowledgedReveal>(Command(AuditActions.SecretAcknowledged, actor, grantId), async scope =>
        {
            if (await FindOwnAsync(scope, grantId) is not { } grant)
            {
                return new RevealNotFound(grantId);
            }

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

            await scope.AuditAsync(grant.OrganizationNumber, grant.AssetId, new { grantId, displays = grant.Displays, repeated });
            return new AcknowledgedReveal(grantId, grant.AssetId);
        });

    /// <summary>Notes that the owner copied the secret (a click in the browser; the portal cannot see more).</summary>
    public Task<Result<AcknowledgedReveal>> RecordCopyAsync(Actor? actor, Guid grantId) =>
        commands.RunAsync<AcknowledgedReveal>(Command(AuditActions.SecretCopied, actor, grantId), async scope =>
        {
            if (await FindOwnAsync(scope, grantId) is not { Displays: > 0 } grant)
            {
                return new RevealNotFound(grantId);
            }

            await scope.AuditAsync(grant.OrganizationNumber, grant.AssetId, new { grantId });
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
            grant.Id, grant.AssetId, grant.ProductKey, grant.DeviceKey, grant.ReplacementId, grant.CreatedAt, grant.ExpiresAt - now, grant.Displays, options.Value.MaxDisplays)).ToList();
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
                scope.NothingToDo();
            }

            foreach (var grant in expired)
            {
                await scope.AuditAsync(grant.OrganizationNumber, grant.AssetId, new { grantId = grant.Id, grant.Displays });
            }

            return new ExpiredReveals(expired.Count);
        });

    internal async Task<bool> AnyExpiredAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return await db.RevealGrants.AnyAsync(grant => grant.State == RevealState.Open && grant.ExpiresAt <= now, cancellationToken);
    }

    private static Command Command(string action, Actor? actor, Guid grantId) => new(action, Right.Replace, actor) { Request = grantId };

    private static async Task<RevealGrant?> FindOwnAsync(CommandScope scope, Guid grantId)
    {
        if (await scope.Db.RevealGrants.FindAsync(grantId) is not { } grant || !grant.IsOwnedBy(scope.Actor) || !scope.Access.MayTouch(grant.OrganizationNumber))
        {
            return null;
        }

        scope.OrganizationNumber = grant.OrganizationNumber;
        return grant;
    }

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

    private sealed record CountedDisplay(Credential Credential, long OrganizationNumber, string AssetId, int Display);

    internal sealed record ExpiredReveals(int Count);
}
