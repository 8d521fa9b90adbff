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
        var read = await ReadAsync(actor, assetIds, "encrypted", async scope => await SecretRecipients.FindKeyAsync(scope) is { } key ? (key, null) : (null, new PublicKeyMissing()));
        return read.IsSuccess ? await SealAsync(actor, read.Value) : read.Error;
    }

    /// <summary>The present secrets of these assets as they are, for an application that may be sent them so. Right <see cref="Right.ReadSecrets"/>.</summary>
    /// <returns>
    /// As of <see cref="SealAsync(Actor?, IReadOnlyList{string})"/>; dispose each as soon as it is sent. Or <see cref="ClearTextNotAllowed"/>,
    /// <see cref="SecretUnreadable"/>.
    /// </returns>
    public async Task<Result<IReadOnlyDictionary<string, CurrentSecret<DeviceSecret>>>> OpenAsync(Actor? actor, IReadOnlyList<string> assetIds)
    {
        var read = await ReadAsync(actor, assetIds, "clear", scope => Task.FromResult<(RsaPublicKey?, Error?)>((null, CheckClearText(scope))));
        if (!read.IsSuccess)
        {
            return read.Error;
        }

        var secrets = new Dictionary<string, CurrentSecret<DeviceSecret>>(StringComparer.Ordinal);
        foreach (var found in read.Value.Secrets)
        {
            if (Open(found) is not { } secret)
            {
                secrets.Values.ToList().ForEach(opened => opened.Secret.Dispose());
                return await RefuseAsync(actor, found.AssetId);
            }

            secrets[found.AssetId] = new CurrentSecret<DeviceSecret>(secret, found.Version);
        }

        return secrets;
    }

    /// <summary>
    /// A secret that the application has just made, as it is: it needs no right to read secrets for that, and is told as often as
    /// the call that made it comes again.
    /// </summary>
    /// <param name="credentialVersion">The generation that the caller made.</param>
    /// <returns>
    /// Dispose it as soon as it is sent. Or <see cref="AccessDenied"/>, <see cref="ClearTextNotAllowed"/>, <see cref="AssetNotFound"/>,
    /// <see cref="SecretSuperseded"/>, <see cref="SecretUnreadable"/>.
    /// </returns>
    public async Task<Result<DeviceSecret>> OpenMadeAsync(Actor? actor, string assetId, int credentialVersion)
    {
        var read = await commands.RunAsync<ReadSecrets>(new Command(AuditActions.SecretRead, Right.None, actor?.WithoutCall()) { AssetId = assetId }, async scope =>
        {
            if (scope.Access.Application is null || (scope.Access.Rights & (Right.ReadSecrets | Right.Replace | Right.ManageDevices)) == 0)
            {
                return new AccessDenied(Right.ReadSecrets);
            }

            if (CheckClearText(scope) is { } notClear)
            {
                return notClear;
            }

            if (await FindAsync(scope.Db, scope.Access, [assetId]) is not [var secret])
            {
                return new AssetNotFound(assetId);
            }

            scope.OrganizationNumber = secret.OrganizationNumber;
            if (credentialVersion != secret.Version)
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
        return !read.IsSuccess ? read.Error : Open(read.Value.Secrets[0]) is { } opened ? opened : await RefuseAsync(actor, assetId);
    }

    /// <summary>Reads what is stored, and audits that it is told, before any of it is opened.</summary>
    private Task<Result<ReadSecrets>> ReadAsync(
        Actor? actor, IReadOnlyList<string> assetIds, string form, Func<CommandScope, Task<(RsaPublicKey? Key, Error? Fault)>> prepare) =>
        commands.RunAsync<ReadSecrets>(new Command(AuditActions.SecretRead, Right.ReadSecrets, actor) { AssetId = assetIds is [var only] ? only : null }, async scope =>
        {
            var (key, fault) = await prepare(scope);
            if (fault is not null)
            {
                return fault;
            }

            var secrets = await FindAsync(scope.Db, scope.Access, assetIds);
            foreach (var secret in secrets)
            {
                await AuditAsync(scope, secret, form);
            }

            if (secrets.Count == 0)
            {
                scope.NothingToAudit();
            }

            return new ReadSecrets(secrets, key);
        });

    private static ClearTextNotAllowed? CheckClearText(CommandScope scope) => scope.Access.Application is { AllowsClearText: true } ? null : new ClearTextNotAllowed();

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
