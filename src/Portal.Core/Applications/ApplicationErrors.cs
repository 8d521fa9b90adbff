using Portal.Core.Access;

namespace Portal.Core.Applications;

/// <summary>Unknown, or in an organization that the caller may not see: the same answer on purpose.</summary>
public sealed record ApplicationNotFound(string AccessKey) : Error($"There is no application '{AccessKey}' here.");

/// <summary>Somebody changed the application after the caller looked at it.</summary>
public sealed record ApplicationChanged(string AccessKey, string ChangedBy, DateTimeOffset ChangedAt)
    : Error($"{ChangedBy} changed this application at {ChangedAt:u}. Look at it again before you go on.");

/// <summary>Nobody gives, or takes over with a secret key of their own, what they may not do themselves.</summary>
/// <param name="Rights">Those that stand in the way.</param>
public sealed record RightsNotGrantable(Right Rights) : Error($"You cannot give an application what you may not do yourself, or what no application may do: {Rights}.");

/// <summary>Another application has this client ID.</summary>
public sealed record BearerClientInUse(string ClientId) : Error($"Client ID '{ClientId}' belongs to another application already.");

/// <summary>No application that works has this client ID.</summary>
public sealed record BearerClientUnknown(string ClientId) : Error("No application belongs to this client.");

/// <summary>The text is no RSA public key that secrets may be sealed with. Never repeats the text: it may be a private key.</summary>
public sealed record PublicKeyInvalid(PublicKeyFault Fault) : Error(Fault switch
{
    PublicKeyFault.Missing => "A public key is needed.",
    PublicKeyFault.PrivateKey => "This is a private key. It must not leave your machine: make a new pair, and register its public half only.",
    PublicKeyFault.NotPublicKey => "This is something else than a public key; 'BEGIN PUBLIC KEY' is expected.",
    PublicKeyFault.NotRsa => "This is no RSA key.",
    PublicKeyFault.NotExact => "This key is not encoded exactly (DER), or something follows it.",
    PublicKeyFault.TooSmall => "The key must have at least 2048 bits.",
    PublicKeyFault.TooLarge => "The key must have at most 8192 bits.",
    PublicKeyFault.ExponentInvalid => "The key's exponent must be odd, at least 65537 and of at most 64 bits.",
    PublicKeyFault.ModulusInvalid => "The key's modulus has a small factor: everybody could read what is sealed with it.",
    _ => "This is no public key: a PEM text 'BEGIN PUBLIC KEY', or its base64 alone, is expected.",
});

/// <summary>The application has no key with this fingerprint, or none that waits to be used.</summary>
public sealed record PublicKeyNotFound(string Fingerprint) : Error("The application has no such public key.");

/// <summary>EnOS code 11858, "Unable to find public key".</summary>
public sealed record PublicKeyMissing() : Error("The application has no public key that its secrets could be sealed with.");

/// <summary>A secret as it is was asked for and the application's switch for that is off. EnOS code 99403.</summary>
public sealed record ClearTextNotAllowed() : Error("This application may not be sent secrets in clear text.");

/// <summary>The secret that was asked for is not the device's secret any more.</summary>
public sealed record SecretSuperseded(string AssetId) : Error($"The secret of asset '{AssetId}' has been changed since, or the asset is gone.");
