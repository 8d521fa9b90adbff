using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Persistence;
using Portal.Core.Reveals;
using Portal.Core.Secrets;

namespace Portal.Core.Devices;

/// <summary>A secret as it was read.</summary>
/// <param name="CredentialVersion">Its generation: a device key that is told beside it has to be of the same.</param>
public sealed record CurrentSecret<T>(T Secret, int CredentialVersion);

/// <summary>
/// Secrets of devices for applications: sealed with their public key, or as they are where an application is allowed
/// that. Each is one audit entry <c>secret.read</c>, committed before a secret is opened. No person gets one here.
/// </summary>
public sealed class ApplicationSecrets(CommandRunner commands, SecretVault vault, ILogger<ApplicationSecrets> logger)
{
    /// <summary>The present secrets of these assets, sealed for the application that asks. Right <see cref="Right.ReadSecrets"/>.</summary>
    /// <returns>
    /// By asset ID; an asset that is not there, or not the caller's to see, is left out. Or <see cref="PublicKeyMissing"/>,
    /// <see cref="SecretUnreadable"/>.
    /// </returns>
    public async Task<Result<IReadOnlyDictionary<string, CurrentSecret<EncryptedSecret>>>> SealAsync(Actor? actor, IReadOnlyList<string> assetIds)
    {
        var read = await commands.RunAsync<ReadSecrets>(new Command(AuditActions.SecretRead, Right.ReadSecrets, actor) { AssetId = assetIds is [var only] ? only : null }, async scope =>
        {
            if (await SecretRecipients.FindKeyAsync(scope) is not { } key)
            {
                return new PublicKeyMissing();
            }

            var secrets = await FindAsync(scope.Db, scope.Access, assetIds);
            foreach (var secret in secrets)
            {
                await AuditAsync(scope, secret, "encrypted");
            }

            if (secrets.Count == 0)
            {
                scope.NothingToAudit();
            }

            return new ReadSecrets(secrets, key);
        });
        return read.IsSuccess ? await SealAsync(actor, read.Value) : read.Error;
    }

    /// <summary>
    /// The present secret as it is, for an application that may be sent it so: one with the right
    /// <see cref="Right.ReadSecrets"/>, or the one that has just made this generation of it.
    /// </summary>
    /// <param name="credentialVersion">The generation that the caller made; nothing: whichever it is now.</param>
    /// <returns>
    /// Dispose it as soon as it is sent. Or <see cref="AccessDenied"/>, <see cref="ClearTextNotAllowed"/>, <see cref="AssetNotFound"/>,
    /// <see cref="SecretSuperseded"/>, <see cref="SecretUnreadable"/>.
    /// </returns>
    public async Task<Result<CurrentSecret<DeviceSecret>>> OpenAsync(Actor? actor, string assetId, int? credentialVersion = null)
    {
        // What a call has just made it is told as often as it comes again.
        var asker = credentialVersion is null ? actor : actor?.WithoutCall();
        var read = await commands.RunAsync<ReadSecrets>(new Command(AuditActions.SecretRead, Right.None, asker) { AssetId = assetId }, async scope =>
        {
            if (!MayAsk(scope.Access, credentialVersion is not null))
            {
                return new AccessDenied(Right.ReadSecrets);
            }

            if (scope.Access.Application is not { AllowsClearText: true })
            {
                return new ClearTextNotAllowed();
            }

            if (await FindAsync(scope.Db, scope.Access, [assetId]) is not [var secret])
            {
                return new AssetNotFound(assetId);
            }

            scope.OrganizationNumber = secret.OrganizationNumber;
            if (credentialVersion is { } wanted && wanted != secret.Version)
            {
                return new SecretSuperseded(assetId);
            }

            if (!scope.Access.Has(Right.ReadSecrets) && !await HasMadeAsync(scope, secret))
            {
                return new AccessDenied(Right.ReadSecrets);
            }

            await AuditAsync(scope, secret, "clear");
            return new ReadSecrets([secret], null);
        });
        return !read.IsSuccess ? read.Error
            : Open(read.Value.Secrets[0]) is { } opened ? new CurrentSecret<DeviceSecret>(opened, read.Value.Secrets[0].Version)
            : await RefuseAsync(actor, assetId);
    }

    private static bool MayAsk(Access.Access access, bool namesVersion) => access.Application is not null
        && (access.Has(Right.ReadSecrets) || (namesVersion && (access.Rights & (Right.Replace | Right.ManageDevices)) != 0));

    /// <summary>Whether the caller's own command made this generation: a replacement, a re-issue, or the device's creation.</summary>
    private static async Task<bool> HasMadeAsync(CommandScope scope, FoundSecret secret)
    {
        var (issuer, subject) = (scope.Actor.Issuer, scope.Actor.Subject);
        return await scope.Db.RenewerOfSecretAsync(secret.DeviceId, secret.Version) is { } renewer
            ? renewer == (issuer, subject)
            : await scope.Db.AuditEntries.AsNoTracking()
                .Where(entry => entry.AssetId == secret.AssetId && entry.Action == AuditActions.DeviceCreated && entry.Outcome == AuditTrail.Ok)
                .OrderByDescending(entry => entry.Sequence).Select(entry => entry.ActorIssuer == issuer && entry.ActorSubject == subject).FirstOrDefaultAsync();
    }

    private static async Task<IReadOnlyList<FoundSecret>> FindAsync(PortalDbContext db, Access.Access access, IReadOnlyList<string> assetIds)
    {
        var numbers = access.Organizations.Select(organization => organization.Number).ToList();
        return await db.Devices.AsNoTracking().Where(device => assetIds.Contains(device.AssetId) && numbers.Contains(device.OrganizationNumber))
            .Select(device => new FoundSecret(
                device.Id, device.OrganizationNumber, device.AssetId, device.Credential.Version, device.Credential.KeyId, device.Credential.Sealed))
            .ToListAsync();
    }

    private static Task AuditAsync(CommandScope scope, FoundSecret secret, string form) =>
        scope.AuditAsync(secret.OrganizationNumber, secret.AssetId, new { form, credentialVersion = secret.Version });

    private async Task<Result<IReadOnlyDictionary<string, CurrentSecret<EncryptedSecret>>>> SealAsync(Actor? actor, ReadSecrets read)
    {
        var envelopes = new Dictionary<string, CurrentSecret<EncryptedSecret>>(StringComparer.Ordinal);
        foreach (var found in read.Secrets)
        {
            using var secret = Open(found);
            if (secret is null)
            {
                return await RefuseAsync(actor, found.AssetId);
            }

            envelopes[found.AssetId] = new CurrentSecret<EncryptedSecret>(SecretEnvelope.Seal(secret, read.Key!), found.Version);
        }

        return envelopes;
    }

    private DeviceSecret? Open(FoundSecret secret)
    {
        try
        {
            return vault.Open(secret.KeyId, secret.Sealed, new SecretBinding(SecretBinding.Device, secret.OrganizationNumber, secret.AssetId, secret.Version));
        }
        catch (SecretTamperedException exception)
        {
            logger.LogCritical(exception, "The stored secret of {AssetId} does not open", secret.AssetId);
            return null;
        }
    }

    private async Task<Error> RefuseAsync(Actor? actor, string assetId) => (await commands.RunAsync<ReadSecrets>(
        new Command(AuditActions.SecretRead, Right.None, actor?.WithoutCall()) { AssetId = assetId },
        _ => Task.FromResult<Result<ReadSecrets>>(new SecretUnreadable(assetId)))).Error!;

    private sealed record FoundSecret(long DeviceId, long OrganizationNumber, string AssetId, int Version, string KeyId, byte[] Sealed);

    private sealed record ReadSecrets(IReadOnlyList<FoundSecret> Secrets, RsaPublicKey? Key);
}
