using System.Security.Cryptography;
using Portal.Core.Applications;
using Portal.Core.Secrets;

namespace Portal.Core.Devices;

/// <summary>Makes the secrets of devices. Creation, replacement and re-issue call it; nothing else writes a credential.</summary>
public sealed class DeviceCredentials(SecretVault vault)
{
    /// <summary>A fresh secret for a device that is being created.</summary>
    /// <param name="version">Above 1 only for one that is written together with its history.</param>
    internal Credential Create(long deviceId, long organizationNumber, string assetId, int version = 1)
    {
        using var secret = DeviceSecret.Generate();
        var (keyId, box) = vault.Seal(secret, new SecretBinding(SecretBinding.Device, organizationNumber, assetId, version));
        return new Credential { DeviceId = deviceId, Version = version, KeyId = keyId, Sealed = box };
    }

    /// <summary>As <see cref="Create(long, long, string, int)"/>, for a device whose maker gets the secret in the answer.</summary>
    /// <param name="reader">Whose private key opens it; nothing: nobody gets it.</param>
    internal (Credential Credential, EncryptedSecret? ForReader) Create(long deviceId, long organizationNumber, string assetId, RsaPublicKey? reader)
    {
        using var secret = DeviceSecret.Generate();
        var (keyId, box) = vault.Seal(secret, new SecretBinding(SecretBinding.Device, organizationNumber, assetId, 1));
        return (new Credential { DeviceId = deviceId, Version = 1, KeyId = keyId, Sealed = box }, reader is null ? null : SecretEnvelope.Seal(secret, reader));
    }

    /// <summary>Overwrites the device's secret with a fresh one of the next generation.</summary>
    /// <param name="reader">As for <see cref="Create(long, long, string, RsaPublicKey?)"/>.</param>
    /// <returns>The fingerprint of the new secret, for the audit entry, and the secret for its reader, which is sealed meanwhile.</returns>
    internal (string Fingerprint, Task<EncryptedSecret>? ForReader) Renew(Device device, RsaPublicKey? reader)
    {
        var credential = device.Credential;
        using var secret = DeviceSecret.Generate();
        credential.Version++;
        CryptographicOperations.ZeroMemory(credential.Sealed);
        (credential.KeyId, credential.Sealed) = vault.Seal(
            secret, new SecretBinding(SecretBinding.Device, device.OrganizationNumber, device.AssetId, credential.Version));
        return (vault.Fingerprint(secret), reader is null ? null : SecretEnvelope.SealAside(secret, reader));
    }
}
