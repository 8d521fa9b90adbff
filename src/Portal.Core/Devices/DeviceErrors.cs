namespace Portal.Core.Devices;

/// <summary>Unknown, or in an organization that the caller may not see: the same answer on purpose.</summary>
public sealed record AssetNotFound(string AssetId) : Error($"There is no asset '{AssetId}' here.");

/// <summary>Somebody changed the device after the caller looked at it.</summary>
public sealed record DeviceChanged(string AssetId, string ChangedBy, DateTimeOffset ChangedAt)
    : Error($"{ChangedBy} changed this device at {ChangedAt:u}. Look at it again before you go on.");

/// <summary>EnOS code 11702, "DeviceKey existed".</summary>
public sealed record DeviceKeyInUse(string Key) : Error($"Device key '{Key}' is already in use in this product.");

/// <summary>EnOS code 99400: the text is no device key.</summary>
public sealed record DeviceKeyInvalid(string Key, DeviceKeyFault Fault)
    : Error("A device key has 4 to 64 characters: letters, digits, hyphen, underscore, full stop.");

/// <summary>The device is already in the state asked for. EnOS code 11794.</summary>
public sealed record DeviceStatusInvalid(string AssetId, DeviceStatus Status)
    : Error($"The device of asset '{AssetId}' is already {(Status == DeviceStatus.Disabled ? "disabled" : "enabled")}.");

/// <summary>Another asset has this ID already, here or in an organization that the caller may not see.</summary>
/// <remarks>
/// An asset ID is for life and names an asset without its organization (links, history, measured data), so it is unique
/// in the whole portal. The answer is the same wherever the other asset is and says nothing about it; that an ID is
/// taken at all cannot be hidden from who may choose one (<see cref="Access.Right.ManageDevices"/>), and each attempt is
/// in the audit trail. IDs that the portal makes itself are 8 random characters and tell nothing.
/// </remarks>
public sealed record AssetIdInUse(string AssetId) : Error($"Asset ID '{AssetId}' is already in use.");
