namespace Portal.Core.Replacements;

/// <summary>EnOS code 11704, "DeviceKey is repetitive": re-issue gives the same key a new secret.</summary>
public sealed record DeviceKeyUnchanged(string Key) : Error($"'{Key}' is the device key that the asset has now. To keep the key and change only the secret, re-issue the secret.");
