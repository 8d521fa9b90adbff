namespace Portal.Core.Applications;

/// <summary>An application that may work, with what its calls are checked against.</summary>
public sealed record SigningApplication(
    string AccessKey, string Name, long OrganizationNumber, int SecretVersion, string KeyId, byte[] Sealed, byte[]? TokenId, DateTimeOffset? TokenExpiresAt);

/// <summary>Reads applications for calls that come in. Not through EF Core, for the reason of <see cref="Access.ISessionFacts"/>.</summary>
public interface IApplicationFacts
{
    /// <returns>Nothing when there is no such application, or it is disabled.</returns>
    SigningApplication? FindByAccessKey(string accessKey);

    /// <returns>As <see cref="FindByAccessKey"/>.</returns>
    SigningApplication? FindByToken(byte[] tokenId);

    /// <returns>As <see cref="FindByAccessKey"/>.</returns>
    SigningApplication? FindByBearerClient(string clientId);

    /// <returns>Nothing when this is not the key that the application's secrets are sealed with.</returns>
    RegisteredKey? FindCurrentKey(string accessKey, string fingerprint);
}
