using System.Security.Cryptography;
using Portal.Core.Secrets;

namespace Portal.Core.Applications;

/// <summary>Makes and opens the secret keys of applications; nothing else writes an <see cref="ApplicationCredential"/>.</summary>
public sealed class ApplicationCredentials(SecretVault vault)
{
    /// <summary>A fresh secret key for an application that is being created.</summary>
    internal ApplicationCredential Create(long organizationNumber, string accessKey)
    {
        using var secret = SecretKey.Generate();
        var (keyId, box) = vault.Seal(secret, Binding(organizationNumber, accessKey, 1));
        return new ApplicationCredential { Version = 1, KeyId = keyId, Sealed = box };
    }

    /// <summary>Overwrites the secret key with a fresh one of the next generation.</summary>
    /// <returns>Its fingerprint, for the audit entry.</returns>
    internal string Renew(Application application)
    {
        var credential = application.Credential;
        using var secret = SecretKey.Generate();
        credential.Version++;
        CryptographicOperations.ZeroMemory(credential.Sealed);
        (credential.KeyId, credential.Sealed) = vault.Seal(
            secret, Binding(application.OrganizationNumber, application.AccessKey, credential.Version));
        return vault.Fingerprint(secret);
    }

    /// <exception cref="SecretTamperedException">It does not open.</exception>
    internal SecretKey Open(string accessKey, long organizationNumber, int version, string keyId, ReadOnlySpan<byte> box) =>
        vault.OpenSecretKey(keyId, box, Binding(organizationNumber, accessKey, version));

    private static SecretBinding Binding(long organizationNumber, string accessKey, int version) =>
        new(SecretBinding.Application, organizationNumber, accessKey, version);
}
