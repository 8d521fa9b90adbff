using Portal.Core.Access;

namespace Portal.Core.Applications;

/// <param name="BearerClientId">Client ID at the identity provider, for callers with an OAuth 2 bearer token; left out: none.</param>
/// <param name="OperationId">Made once for each intent; asking again gives the same outcome.</param>
public sealed record CreateApplicationRequest(
    string OrganizationId, string Name, Right Rights, bool AllowsClearText = false, string? BearerClientId = null, string? OperationId = null);

/// <summary>An application with a secret key that its maker may see now.</summary>
public sealed record CreatedApplication(string AccessKey, Guid RevealGrantId);

/// <param name="SeenVersion">The <see cref="Application.Version"/> that the caller looked at.</param>
public sealed record EditApplicationRequest(
    string AccessKey, int? SeenVersion, string Name, Right Rights, bool AllowsClearText, string? BearerClientId);

public sealed record ChangedApplication(string AccessKey, string Name, DateTimeOffset? DisabledAt, int Version);

/// <param name="PublicKey">PEM <c>PUBLIC KEY</c>, or its base64 alone.</param>
/// <param name="CutsAtOnce">The new key is used from now on and the old one never again; else the old one is used until the new one first is.</param>
public sealed record RegisterKeyRequest(string AccessKey, string PublicKey, bool CutsAtOnce);

public sealed record RegisteredKey(string Fingerprint, int SizeInBits, bool IsCurrent);
