using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Reveals;

namespace Portal.Core.Replacements;

/// <summary>Puts new hardware, or a new secret, behind an asset. Right <see cref="Right.Replace"/>.</summary>
public sealed class ReplacementService(CommandRunner commands, DeviceCredentials credentials, RevealGrants grants, ICounterBaselineWriter baselineWriter)
{
    private static readonly Func<PortalDbContext, long, Task<Replacement?>> s_latest = EF.CompileAsyncQuery((PortalDbContext db, long deviceId) =>
        db.Replacements.Where(replacement => replacement.DeviceId == deviceId).OrderByDescending(replacement => replacement.Id).FirstOrDefault());

    private static readonly Func<PortalDbContext, long, Task<DateTimeOffset?>> s_keySince = EF.CompileAsyncQuery((PortalDbContext db, long deviceId) =>
        db.Replacements.Where(replacement => replacement.DeviceId == deviceId && replacement.Kind == ReplacementKind.Replacement)
            .OrderByDescending(replacement => replacement.Id).Select(replacement => (DateTimeOffset?)replacement.At).FirstOrDefault());

    /// <summary>
    /// Puts new hardware behind an asset; the asset ID and its data history stay. The commit is the moment at which
    /// the old credential dies.
    /// </summary>
    /// <returns>
    /// The new device key and the right to see its secret, or <see cref="AssetNotFound"/>, <see cref="DeviceKeyInvalid"/>,
    /// <see cref="FieldInvalid"/>, <see cref="DeviceChanged"/>, <see cref="DeviceKeyUnchanged"/>, <see cref="DeviceKeyInUse"/>,
    /// <see cref="PublicKeyMissing"/>, <see cref="ClearTextNotAllowed"/>, <see cref="SecretSuperseded"/> (asked again after another
    /// change of the secret), or any error of <see cref="CommandRunner"/>.
    /// </returns>
    public Task<Result<ReplacedDevice>> ReplaceAsync(Actor? actor, ReplaceDeviceRequest request)
    {
        var command = new Command(AuditActions.DeviceReplaced, Right.Replace, actor)
        {
            AssetId = request.Selector.ToString(),
            OperationId = request.OperationId,
            Request = request,
        };
        return commands.RunAsync<ReplacedDevice>(command, async scope =>
        {
            var found = await FindAsync(scope, request.Selector, request.SeenVersion, request.Note);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var device = found.Value;
            if (!DeviceKey.TryParse(request.NewDeviceKey, out var newKey))
            {
                return new DeviceKeyInvalid(request.NewDeviceKey, DeviceKey.Check(request.NewDeviceKey));
            }

            if (device.DeviceKey == newKey.Value)
            {
                return new DeviceKeyUnchanged(newKey.Value);
            }

            if (!CounterBaseline.AreValid(request.Baselines))
            {
                return new FieldInvalid(CounterBaseline.Field, $"numbers of at most {CounterBaseline.Limit} different measure points of the asset");
            }

            var recipient = await SecretRecipients.FindAsync(scope, request.Delivery);
            if (!recipient.IsSuccess)
            {
                return recipient.Error;
            }

            var (oldKey, wasDisabled) = (device.DeviceKey, device.Status == DeviceStatus.Disabled);
            device.DeviceKey = newKey.Value;

            // Disabled too, as the contract says (2.4, "status back to inactive"): what was kept out is the unit that
            // goes, and its credential dies here. The audit entry says that it was.
            device.Status = DeviceStatus.Inactive;
            return await RenewAsync(scope, device, ReplacementKind.Replacement, oldKey, wasDisabled, request.Delivery, recipient.Value.Key, request.Reason, request.Note,
                request.AllowsActivation, request.Baselines);
        }, StillHoldsAsync);
    }

    /// <summary>Gives the same hardware a new secret; the old one dies at once. The way out when a secret was not stored.</summary>
    /// <returns>As <see cref="ReplaceAsync"/>.</returns>
    public Task<Result<ReplacedDevice>> ReissueAsync(Actor? actor, ReissueSecretRequest request)
    {
        var command = new Command(AuditActions.SecretReissued, Right.Replace, actor)
        {
            AssetId = request.Selector.ToString(),
            OperationId = request.OperationId,
            Request = request,
        };
        return commands.RunAsync<ReplacedDevice>(command, async scope =>
        {
            var found = await FindAsync(scope, request.Selector, request.SeenVersion, request.Note);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var device = found.Value;
            if (device.Status != DeviceStatus.Disabled)
            {
                device.Status = DeviceStatus.Inactive;
            }

            return await RenewAsync(scope, device, ReplacementKind.Reissue, device.DeviceKey, device.Status == DeviceStatus.Disabled, SecretDelivery.Reveal, reader: null, request.Reason, request.Note,
                allowsActivation: false, baselines: []);
        });
    }

    private static async Task<Result<Device>> FindAsync(CommandScope scope, AssetSelector selector, int? seenVersion, string? note)
    {
        if (note is not null && (note.Length > ColumnLengths.Note || note.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t'))))
        {
            return new FieldInvalid("note", $"at most {ColumnLengths.Note} characters of text");
        }

        return await DeviceLookup.FindAsync(scope, selector, seenVersion, isTracked: false);
    }

    /// <summary>A secret that was in the answer is told again only while it is the device's secret.</summary>
    private static async Task<Error?> StillHoldsAsync(PortalDbContext db, ReplacedDevice replaced) => replaced.Secret is null
        || await db.Devices.AnyAsync(device => device.AssetId == replaced.AssetId && device.Credential.Version == replaced.CredentialVersion)
        ? null
        : new SecretSuperseded(replaced.AssetId);

    private async Task<Result<ReplacedDevice>> RenewAsync(
        CommandScope scope, Device device, ReplacementKind kind, string oldKey, bool wasDisabled, SecretDelivery delivery, RsaPublicKey? reader,
        ReplacementReason reason, string? note, bool allowsActivation, IReadOnlyList<CounterBaseline> baselines)
    {
        var before = device.Credential.Version > 1 ? await s_latest(scope.Db, device.Id) : null;
        var keySince = before is null or { Kind: ReplacementKind.Replacement } ? before?.At : await s_keySince(scope.Db, device.Id);
        if (before is { State: ReplacementState.AwaitingHardware })
        {
            before.State = ReplacementState.Superseded;
            before.SupersededAt = scope.Now;
            scope.Publish(new ReplacementChangedEvent(device.OrganizationNumber, device.AssetId, before.Id));
        }

        var lastSeenAt = device.LastSeenAt;
        device.Version++;
        var (fingerprint, forReader) = credentials.Renew(device, reader);

        // The new key first: the unique index is the judge, and everything below is wasted if it says no.
        if (!await scope.Unit.RenewAsync(device))
        {
            return new DeviceKeyInUse(device.DeviceKey);
        }

        await RevealGrants.CloseOfDeviceAsync(scope, device.Id, RevealCloseReason.Superseded);
        Guid? grantId = delivery == SecretDelivery.Reveal ? grants.NewId() : null;
        var replacement = new Replacement
        {
            DeviceId = device.Id,
            OrganizationNumber = device.OrganizationNumber,
            AssetId = device.AssetId,
            Kind = kind,
            OldDeviceKey = oldKey,
            NewDeviceKey = device.DeviceKey,
            ProductId = device.ProductId,
            CredentialVersion = device.Credential.Version,
            Reason = reason,
            Note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
            ByIssuer = scope.Actor.Issuer,
            BySubject = scope.Actor.Subject,
            ByName = scope.Actor.Name,
            At = scope.Now,
            OldDeviceKeySince = keySince ?? device.CreatedAt,
            OldDeviceLastSeenAt = lastSeenAt,
            RevealGrantId = grantId,
            AllowsActivation = allowsActivation,
        };
        var replacementId = await scope.Unit.InsertAsync(replacement);
        if (baselines.Count > 0 && !await baselineWriter.AddAsync(scope.Unit, device.Id, replacementId, baselines))
        {
            return new FieldInvalid(CounterBaseline.Field, "measure points of the asset that hold numbers");
        }

        if (grantId is { } id)
        {
            grants.Open(
                scope, id, device.Id, device.OrganizationNumber, device.AssetId, device.Product!.ProductKey, device.DeviceKey,
                device.Credential.Version, replacementId);
        }

        scope.Publish(new ReplacementChangedEvent(device.OrganizationNumber, device.AssetId, replacementId));
        scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, device.Credential.Version));
        await scope.AuditAsync(device.OrganizationNumber, device.AssetId, new
        {
            device.Product!.ProductKey,
            oldDeviceKey = oldKey,
            newDeviceKey = device.DeviceKey,
            wasDisabled,
            reason,
            replacement.Note,
            delivery,
            allowsActivation,
            credentialVersion = device.Credential.Version,
            fingerprint,
            baselines = baselines.Count > 0 ? baselines.ToDictionary(baseline => baseline.Point, baseline => baseline.Reading) : null,
        });
        return new ReplacedDevice(
            device.AssetId, device.Product.ProductKey, oldKey, device.DeviceKey, replacementId, grantId, device.Version, device.Credential.Version,
            forReader is null ? null : await forReader, scope.Actor.RequestId);
    }
}
