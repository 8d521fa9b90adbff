using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>Changes what a device is called and what is said of it. Right <see cref="Right.ManageDevices"/>.</summary>
public sealed class DeviceUpdateService(CommandRunner commands)
{
    /// <returns>Or <see cref="AssetNotFound"/>, <see cref="DeviceChanged"/>, <see cref="FieldInvalid"/>.</returns>
    public Task<Result<ChangedDevice>> UpdateAsync(Actor? actor, UpdateDeviceRequest request) => commands.RunAsync<ChangedDevice>(
        new Command(AuditActions.DeviceEdited, Right.ManageDevices, actor) { AssetId = request.Selector.ToString(), OperationId = request.OperationId, Request = request }, async scope =>
        {
            var found = await DeviceLookup.FindAsync(scope, request.Selector, request.SeenVersion);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var device = found.Value;
            if (Check(device, request) is { } fault)
            {
                return fault;
            }

            var before = Describe(device);
            Apply(device, request);
            device.Version++;
            scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, device.Credential.Version));

            // Attributes and tags may be long and are the fleet's data, not the portal's: that they changed is said, not what they hold.
            await scope.AuditAsync(device.OrganizationNumber, device.AssetId, new
            {
                request.IsPatch,
                from = before,
                to = Describe(device),
                attributesChanged = request.Attributes is not null || !request.IsPatch,
                tagsChanged = request.Tags is not null || !request.IsPatch,
            });
            return new ChangedDevice(device.AssetId, device.Status, device.Version, scope.Actor.RequestId);
        });

    private static Error? Check(Device device, UpdateDeviceRequest request)
    {
        var (name, timeZone) = request.IsPatch ? (request.Name ?? device.Name, request.TimeZone ?? device.TimeZone) : (request.Name, request.TimeZone);
        if ((DeviceFields.CheckTimeZone(timeZone) ?? DeviceFields.Check(name, request.NameZh, request.Description)
            ?? FieldText.Check("nameEn", request.NameEn, ColumnLengths.DeviceName)
            ?? DeviceAttributes.Check(request.Attributes) ?? DeviceTags.Check(request.Tags)) is { } fault)
        {
            return fault;
        }

        // What is there and what is added may be too much together.
        return !request.IsPatch ? null
            : (request.Attributes is { } attributes ? DeviceAttributes.Check(DeviceAttributes.Merge(device.Attributes, attributes)) : null)
                ?? (request.Tags is { } tags ? DeviceTags.Check(DeviceTags.Merge(device.Tags, tags)) : null);
    }

    private static void Apply(Device device, UpdateDeviceRequest request)
    {
        if (!request.IsPatch)
        {
            (device.Name, device.TimeZone) = (request.Name!.Trim(), request.TimeZone!);
            (device.NameZh, device.NameEn) = (FieldText.OrNull(request.NameZh), FieldText.OrNull(request.NameEn));
            device.Description = FieldText.OrNull(request.Description);
            device.Attributes = DeviceAttributes.Normalize(request.Attributes);
            device.Tags = DeviceTags.Write(request.Tags);
            return;
        }

        device.Name = request.Name?.Trim() ?? device.Name;
        device.TimeZone = request.TimeZone ?? device.TimeZone;
        device.NameZh = request.NameZh is null ? device.NameZh : FieldText.OrNull(request.NameZh);
        device.NameEn = request.NameEn is null ? device.NameEn : FieldText.OrNull(request.NameEn);
        device.Description = request.Description is null ? device.Description : FieldText.OrNull(request.Description);
        device.Attributes = request.Attributes is { } attributes ? DeviceAttributes.Merge(device.Attributes, attributes) : device.Attributes;
        device.Tags = request.Tags is { } tags ? DeviceTags.Write(DeviceTags.Merge(device.Tags, tags)) : device.Tags;
    }

    private static object Describe(Device device) =>
        new { device.Name, device.NameZh, device.NameEn, device.Description, device.TimeZone };
}
