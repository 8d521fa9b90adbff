using Portal.Core.Access;
using Portal.Core.Products;

namespace Portal.Core.Devices.Search;

/// <summary>A device with everything that the portal knows of it but its secret.</summary>
/// <param name="NameEn">English name, where there is one beside <paramref name="Name"/>, which every device has.</param>
/// <param name="Attributes">A JSON object as text, or nothing.</param>
/// <param name="Tags">A JSON object of strings as text, or nothing.</param>
/// <param name="CredentialVersion">Generation of its secret.</param>
/// <param name="ActivatedAt">First accepted sign-in of the present hardware.</param>
public sealed record DeviceRecord(
    string OrganizationId, string AssetId, string ModelId, string ProductKey, string ProductName, string? ProductNameZh, string? ProductNameEn,
    ProductType ProductType, string DeviceKey, string Name, string? NameZh, string? NameEn, string? Description, string TimeZone, string? Attributes,
    string? Tags, DeviceStatus Status, int Version, int CredentialVersion, DateTimeOffset CreatedAt, DateTimeOffset? ActivatedAt,
    DateTimeOffset? LastOnlineAt, DateTimeOffset? LastOfflineAt);

/// <param name="Expression">See <see cref="DeviceExpression"/>; nothing or blank for every device.</param>
/// <param name="PageNo">From 1.</param>
public sealed record DeviceRecordQuery(string OrganizationId, string? Expression = null, int PageNo = 1, int PageSize = 10);

/// <param name="Devices">The newest first.</param>
/// <param name="TotalSize">How many there are on all pages.</param>
public sealed record DeviceRecordPage(IReadOnlyList<DeviceRecord> Devices, long TotalSize);

/// <summary>What each database answers in its own way.</summary>
public interface IDeviceRecordReader
{
    /// <summary>So many records after the first so many, the newest first.</summary>
    /// <param name="organizationId">Of the organization of the search.</param>
    Task<DeviceRecordPage> PageAsync(DeviceSearch search, string organizationId, long skip, int limit, CancellationToken cancellationToken);

    /// <summary>The device of that name in the organization.</summary>
    DeviceRecord? Find(OrganizationAccess organization, AssetSelector selector);
}
