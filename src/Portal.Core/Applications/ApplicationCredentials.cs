using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Portal.Core.Secrets;

namespace Portal.Core.Applications;

/// <summary>Makes and opens the secret keys of applications; nothing else writes an <see cref="ApplicationCredential"/>.</summary>
public sealed class ApplicationCredentials(SecretVault vault, ILogger<ApplicationCredentials> logger)
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

    /// <returns>To be disposed as soon as it was used. Or <see cref="SecretKeyUnreadable"/>, which is an alarm as for a device's secret.</returns>
    internal Result<SecretKey> Open(SigningApplication application)
    {
        try
        {
            return vault.OpenSecretKey(
                application.KeyId, application.Sealed, Binding(application.OrganizationNumber, application.AccessKey, application.SecretVersion));
        }
        catch (SecretTamperedException exception)
        {
            logger.LogCritical(exception, "The stored secret key of application {AccessKey} does not open", application.AccessKey);
            return new SecretKeyUnreadable(application.AccessKey);
        }
    }

    private static SecretBinding Binding(long organizationNumber, string accessKey, int version) =>
        new(SecretBinding.Application, organizationNumber, accessKey, version);
}
