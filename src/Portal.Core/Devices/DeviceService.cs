using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Reveals;

namespace Portal.Core.Devices;

/// <summary>Creates, enables, disables and deletes devices. Right <see cref="Right.ManageDevices"/>.</summary>
public sealed class DeviceService(CommandRunner commands, DeviceCredentials credentials, RevealGrants grants, IOptions<ProductOptions> limits)
{
    private const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int ChunkSize = 200;

    /// <returns>
    /// Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>, <see cref="FieldInvalid"/>,
    /// <see cref="DeviceKeyInvalid"/>, <see cref="DeviceKeyInUse"/>, <see cref="AssetIdInUse"/>, <see cref="TooManyDevices"/>,
    /// <see cref="PublicKeyMissing"/>, <see cref="ClearTextNotAllowed"/>, <see cref="SecretSuperseded"/> (asked again after a change of the secret).
    /// </returns>
    public Task<Result<CreatedDevice>> CreateAsync(Actor? actor, CreateDeviceRequest request)
    {
        var command = new Command(AuditActions.DeviceCreated, Right.ManageDevices, actor)
        {
            AssetId = request.AssetId,
            OperationId = request.OperationId,
            Request = request,
        };
        return commands.RunAsync<CreatedDevice>(command, async scope =>
        {
            if (scope.Access.Organization(request.OrganizationId) is not { } organization)
            {
                return new OrganizationNotFound(request.OrganizationId);
            }

            scope.OrganizationNumber = organization.Number;

            // Who asks is judged before what is asked for: a caller who may not have the secret is told so, whatever else is wrong.
            var recipient = await SecretRecipients.FindAsync(scope, request.Delivery);
            if (!recipient.IsSuccess)
            {
                return recipient.Error;
            }

            if (await scope.Db.Products.AsNoTracking().FirstOrDefaultAsync(
                product => product.ProductKey == request.ProductKey && product.OrganizationNumber == organization.Number) is not { } product)
            {
                return new ProductNotFound(request.ProductKey);
            }

            if (DeviceFields.Check(request) is { } fault)
            {
                return fault;
            }

            if (limits.Value.MaxDevices is > 0 and var limit && await scope.Db.Devices.CountAsync(device => device.ProductId == product.Id) >= limit)
            {
                return new TooManyDevices(product.ProductKey, limit);
            }

            return await AddAsync(scope, product, request, recipient.Value.Key);
        }, StillHoldsAsync);
    }

    /// <summary>Lets a disabled device sign in again.</summary>
    /// <param name="operationId">Made once for each intent; asking again gives the same outcome.</param>
    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>, <see cref="DeviceStatusInvalid"/>.</returns>
    public Task<Result<ChangedDevice>> EnableAsync(Actor? actor, AssetSelector selector, int? seenVersion = null, string? operationId = null) => ChangeAsync(
        CommandOn(AuditActions.DeviceEnabled, actor, selector, seenVersion, operationId), selector, seenVersion, Enable);

    /// <summary>Ends the device's session and keeps it out until it is enabled.</summary>
    /// <returns>As <see cref="EnableAsync"/>.</returns>
    public Task<Result<ChangedDevice>> DisableAsync(Actor? actor, AssetSelector selector, int? seenVersion = null, string? operationId = null) => ChangeAsync(
        CommandOn(AuditActions.DeviceDisabled, actor, selector, seenVersion, operationId), selector, seenVersion, Disable);

    public Task<Result<ChangedDevices>> EnableManyAsync(Actor? actor, IReadOnlyList<string> assetIds) =>
        ChangeManyAsync(actor, assetIds, (assetId) => EnableAsync(actor, AssetSelector.Asset(assetId)));

    public Task<Result<ChangedDevices>> DisableManyAsync(Actor? actor, IReadOnlyList<string> assetIds) =>
        ChangeManyAsync(actor, assetIds, (assetId) => DisableAsync(actor, AssetSelector.Asset(assetId)));

    /// <summary>Removes the device; its history and audit entries stay.</summary>
    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>.</returns>
    public Task<Result<ChangedDevice>> DeleteAsync(Actor? actor, AssetSelector selector, int? seenVersion = null, string? operationId = null) =>
        commands.RunAsync<ChangedDevice>(CommandOn(AuditActions.DeviceDeleted, actor, selector, seenVersion, operationId), async scope =>
        {
            var found = await DeviceLookup.FindAsync(scope, selector, seenVersion);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var device = found.Value;
            await RevealGrants.CloseOfDeviceAsync(scope, device.Id, RevealCloseReason.Superseded);
            scope.Db.Devices.Remove(device);
            await scope.Unit.LogRemovalAsync(device, scope.Now);
            scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, device.Credential.Version + 1));
            await scope.AuditAsync(device.OrganizationNumber, device.AssetId, new { device.Product!.ProductKey, device.DeviceKey, device.Name });
            return new ChangedDevice(device.AssetId, device.Status, device.Version, scope.Actor.RequestId);
        });

    private static Command CommandOn(string action, Actor? actor, AssetSelector selector, int? seenVersion, string? operationId) =>
        new(action, Right.ManageDevices, actor) { AssetId = selector.ToString(), OperationId = operationId, Request = new { selector, seenVersion } };

    private async Task<Result<CreatedDevice>> AddAsync(CommandScope scope, Product product, CreateDeviceRequest request, RsaPublicKey? reader)
    {
        var assetId = request.AssetId ?? RandomNumberGenerator.GetString(KeyAlphabet, 8);
        var deviceKey = request.DeviceKey ?? RandomNumberGenerator.GetString(KeyAlphabet, 10);
        var id = await DeviceRowNumbers.NextIdAsync(scope.Db, product.OrganizationNumber);
        var (credential, forReader) = credentials.Create(id, product.OrganizationNumber, assetId, reader);
        scope.Db.Devices.Add(new Device
        {
            Id = id,
            OrganizationNumber = product.OrganizationNumber,
            AssetId = assetId,
            ProductId = product.Id,
            DeviceKey = deviceKey,
            Name = request.Name.Trim(),
            NameZh = FieldText.OrNull(request.NameZh),
            NameEn = FieldText.OrNull(request.NameEn),
            Description = FieldText.OrNull(request.Description),
            TimeZone = request.TimeZone,
            Attributes = DeviceAttributes.Normalize(request.Attributes),
            Tags = DeviceTags.Write(request.Tags),
            Status = DeviceStatus.Inactive,
            Version = 1,
            CreatedAt = scope.Now,
            Credential = credential,
        });
        if (!await scope.TrySaveAsync())
        {
            var assetExists = await scope.Db.Devices.AsNoTracking().AnyAsync(device => device.AssetId == assetId);
            return assetExists ? new AssetIdInUse(assetId) : new DeviceKeyInUse(deviceKey);
        }

        var grant = request.Delivery == SecretDelivery.Reveal
            ? grants.Open(scope, grants.NewId(), id, product.OrganizationNumber, assetId, product.ProductKey, deviceKey, credential.Version, null)
            : null;
        scope.Publish(new DeviceChangedEvent(product.OrganizationNumber, id, assetId, credential.Version));
        await scope.AuditAsync(product.OrganizationNumber, assetId, new { product.ProductKey, deviceKey, request.Name, request.Delivery });
        return new CreatedDevice(assetId, product.ProductKey, deviceKey, grant?.Id, credential.Version, forReader, scope.Actor.RequestId);
    }

    /// <summary>A secret that was in the answer is told again only while it is the device's secret.</summary>
    private static async Task<Error?> StillHoldsAsync(PortalDbContext db, CreatedDevice created) => created.Secret is null
        || await db.Devices.AnyAsync(device => device.AssetId == created.AssetId && device.Credential.Version == created.CredentialVersion)
        ? null
        : new SecretSuperseded(created.AssetId);

    private Task<Result<ChangedDevice>> ChangeAsync(
        Command command, AssetSelector selector, int? seenVersion, Func<CommandScope, Device, (Error? Fault, object? Detail)> change) =>
        commands.RunAsync<ChangedDevice>(command, async scope =>
        {
            var found = await DeviceLookup.FindAsync(scope, selector, seenVersion);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var device = found.Value;
            var (fault, detail) = change(scope, device);
            if (fault is not null)
            {
                return fault;
            }

            device.Version++;
            var sessionsFrom = device.Credential.Version + (device.Status == DeviceStatus.Disabled ? 1 : 0);
            scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, sessionsFrom));
            await scope.AuditAsync(device.OrganizationNumber, device.AssetId, detail!);
            return new ChangedDevice(device.AssetId, device.Status, device.Version, scope.Actor.RequestId);
        });

    private static async Task<Result<ChangedDevices>> ChangeManyAsync(
        Actor? actor, IReadOnlyList<string> assetIds, Func<string, Task<Result<ChangedDevice>>> change)
    {
        var changed = 0;
        var refused = new List<RefusedDevice>();

        // Each device is a command of its own, a chunk of them one commit: a click in between does not wait for all.
        foreach (var chunk in assetIds.Distinct(StringComparer.Ordinal).Chunk(ChunkSize))
        {
            var results = await Task.WhenAll(chunk.Select(change));
            foreach (var (assetId, result) in chunk.Zip(results))
            {
                switch (result.Error)
                {
                    case null:
                        changed++;
                        break;
                    case NotSignedIn or AccessDenied:
                        return result.Error;
                    default:
                        refused.Add(new RefusedDevice(assetId, result.Error.Message));
                        break;
                }
            }
        }

        return new ChangedDevices(changed, refused);
    }

    private static (Error? Fault, object? Detail) Enable(CommandScope scope, Device device)
    {
        if (device.Status != DeviceStatus.Disabled)
        {
            return (new DeviceStatusInvalid(device.AssetId, device.Status), null);
        }

        device.Status = device.ActivatedAt is null ? DeviceStatus.Inactive : DeviceStatus.Offline;
        return (null, new { device.Status });
    }

    private static (Error? Fault, object? Detail) Disable(CommandScope scope, Device device)
    {
        if (device.Status == DeviceStatus.Disabled)
        {
            return (new DeviceStatusInvalid(device.AssetId, device.Status), null);
        }

        var was = device.Status;
        device.Status = DeviceStatus.Disabled;
        return (null, new { was });
    }
}
