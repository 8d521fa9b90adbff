using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Reveals;

namespace Portal.Core.Devices;

/// <param name="AssetId">Left out: the portal makes one (8 letters and digits).</param>
/// <param name="DeviceKey">Left out: the portal makes one (10 letters and digits).</param>
/// <param name="ShowSecret">Whether the actor gets the right to see the new secret.</param>
public sealed record CreateDeviceRequest(
    string OrganizationId, string ProductKey, string Name, string TimeZone, string? AssetId = null, string? DeviceKey = null,
    string? NameZh = null, string? Description = null, bool ShowSecret = true, string? OperationId = null);

public sealed record CreatedDevice(string AssetId, string ProductKey, string DeviceKey, Guid? RevealGrantId);

/// <param name="SeenVersion">The <see cref="Device.Version"/> that the caller looked at.</param>
public sealed record EditDeviceRequest(string AssetId, int? SeenVersion, string Name, string? NameZh, string? Description);

public sealed record ChangedDevice(string AssetId, DeviceStatus Status, int Version);

/// <summary>What became of each of many devices.</summary>
public sealed record ChangedDevices(int Changed, IReadOnlyList<RefusedDevice> Refused);

public sealed record RefusedDevice(string AssetId, string Reason);

/// <summary>Creates, edits, enables, disables and deletes devices. Right <see cref="Right.ManageDevices"/>.</summary>
public sealed class DeviceService(CommandRunner commands, DeviceCredentials credentials, RevealGrants grants)
{
    private const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int ChunkSize = 200;

    /// <returns>
    /// Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>, <see cref="FieldInvalid"/>,
    /// <see cref="DeviceKeyInvalid"/>, <see cref="DeviceKeyInUse"/>, <see cref="AssetIdInUse"/>.
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
            if (await scope.Db.Products.AsNoTracking().FirstOrDefaultAsync(
                product => product.ProductKey == request.ProductKey && product.OrganizationNumber == organization.Number) is not { } product)
            {
                return new ProductNotFound(request.ProductKey);
            }

            if (DeviceFields.Check(request) is { } fault)
            {
                return fault;
            }

            var assetId = request.AssetId ?? RandomNumberGenerator.GetString(KeyAlphabet, 8);
            var deviceKey = request.DeviceKey ?? RandomNumberGenerator.GetString(KeyAlphabet, 10);
            var id = await DeviceRowNumbers.NextIdAsync(scope.Db, organization.Number);
            scope.Db.Devices.Add(new Device
            {
                Id = id,
                OrganizationNumber = organization.Number,
                AssetId = assetId,
                ProductId = product.Id,
                DeviceKey = deviceKey,
                Name = request.Name.Trim(),
                NameZh = string.IsNullOrWhiteSpace(request.NameZh) ? null : request.NameZh.Trim(),
                Description = string.IsNullOrWhiteSpace(request.Description) ? null : request.Description.Trim(),
                TimeZone = request.TimeZone,
                Status = DeviceStatus.Inactive,
                Version = 1,
                CreatedAt = scope.Now,
                Credential = credentials.Create(id, organization.Number, assetId),
            });
            if (!await scope.TrySaveAsync())
            {
                var assetExists = await scope.Db.Devices.AsNoTracking().AnyAsync(device => device.AssetId == assetId);
                return assetExists ? new AssetIdInUse(assetId) : new DeviceKeyInUse(deviceKey);
            }

            var grant = request.ShowSecret ? grants.Open(scope, grants.NewId(), id, organization.Number, assetId, product.ProductKey, deviceKey, 1, null) : null;
            scope.Publish(new DeviceChangedEvent(organization.Number, id, assetId, 1));
            await scope.AuditAsync(organization.Number, assetId, new { product.ProductKey, deviceKey, request.Name, showSecret = request.ShowSecret });
            return new CreatedDevice(assetId, product.ProductKey, deviceKey, grant?.Id);
        });
    }

    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>, <see cref="FieldInvalid"/>.</returns>
    public Task<Result<ChangedDevice>> EditAsync(Actor? actor, EditDeviceRequest request) => ChangeAsync(
        new Command(AuditActions.DeviceEdited, Right.ManageDevices, actor) { AssetId = request.AssetId },
        AssetSelector.Asset(request.AssetId), request.SeenVersion, (_, device) =>
        {
            if (DeviceFields.Check(request.Name, request.NameZh, request.Description) is { } fault)
            {
                return (fault, null);
            }

            var detail = new { from = new { device.Name, device.NameZh, device.Description }, to = new { request.Name, request.NameZh, request.Description } };
            device.Name = request.Name.Trim();
            device.NameZh = string.IsNullOrWhiteSpace(request.NameZh) ? null : request.NameZh.Trim();
            device.Description = string.IsNullOrWhiteSpace(request.Description) ? null : request.Description.Trim();
            return (null, detail);
        });

    /// <summary>Lets a disabled device sign in again.</summary>
    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>, <see cref="DeviceStatusInvalid"/>.</returns>
    public Task<Result<ChangedDevice>> EnableAsync(Actor? actor, AssetSelector selector, int? seenVersion = null) => ChangeAsync(
        new Command(AuditActions.DeviceEnabled, Right.ManageDevices, actor) { AssetId = selector.ToString() }, selector, seenVersion, Enable);

    /// <summary>Ends the device's session and keeps it out until it is enabled.</summary>
    /// <returns>As <see cref="EnableAsync"/>.</returns>
    public Task<Result<ChangedDevice>> DisableAsync(Actor? actor, AssetSelector selector, int? seenVersion = null) => ChangeAsync(
        new Command(AuditActions.DeviceDisabled, Right.ManageDevices, actor) { AssetId = selector.ToString() }, selector, seenVersion, Disable);

    public Task<Result<ChangedDevices>> EnableManyAsync(Actor? actor, IReadOnlyList<string> assetIds) =>
        ChangeManyAsync(actor, assetIds, (assetId) => EnableAsync(actor, AssetSelector.Asset(assetId)));

    public Task<Result<ChangedDevices>> DisableManyAsync(Actor? actor, IReadOnlyList<string> assetIds) =>
        ChangeManyAsync(actor, assetIds, (assetId) => DisableAsync(actor, AssetSelector.Asset(assetId)));

    /// <summary>Removes the device; its history and audit entries stay.</summary>
    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>.</returns>
    public Task<Result<ChangedDevice>> DeleteAsync(Actor? actor, AssetSelector selector, int? seenVersion = null) =>
        commands.RunAsync<ChangedDevice>(new Command(AuditActions.DeviceDeleted, Right.ManageDevices, actor) { AssetId = selector.ToString() }, async scope =>
        {
            var found = await DeviceLookup.FindAsync(scope, selector, seenVersion);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var device = found.Value;
            await RevealGrants.CloseOfDeviceAsync(scope, device.Id, RevealCloseReason.Superseded);
            scope.Db.Devices.Remove(device);
            scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, device.Credential.Version + 1));
            await scope.AuditAsync(device.OrganizationNumber, device.AssetId, new { device.Product!.ProductKey, device.DeviceKey, device.Name });
            return new ChangedDevice(device.AssetId, device.Status, device.Version);
        });

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
            scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, device.Credential.Version));
            await scope.AuditAsync(device.OrganizationNumber, device.AssetId, detail!);
            return new ChangedDevice(device.AssetId, device.Status, device.Version);
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
