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

/// <summary>A field holds something that it cannot hold. EnOS code 99400.</summary>
public sealed record FieldInvalid(string Field, string Expected) : Error($"{Field}: {Expected}.");

/// <summary>The device is already in the state asked for. EnOS code 11794.</summary>
public sealed record DeviceStatusInvalid(string AssetId, DeviceStatus Status)
    : Error($"The device of asset '{AssetId}' is already {(Status == DeviceStatus.Disabled ? "disabled" : "enabled")}.");

/// <summary>Another asset has this ID already.</summary>
public sealed record AssetIdInUse(string AssetId) : Error($"Asset ID '{AssetId}' is already in use.");
