using Portal.Core.Organizations;
using Portal.Core.Products;
using Portal.Core.Secrets;

namespace Portal.Core.Devices;

/// <summary>An asset and the hardware that is behind it now. The asset ID stays for life; key and secret do not.</summary>
public sealed class Device
{
    /// <summary>Row number, see <see cref="RowNumbers"/>: organization and sequence.</summary>
    public long Id { get; init; }

    public long OrganizationNumber { get; init; }

    public required string AssetId { get; init; }

    public long ProductId { get; init; }

    public Product? Product { get; init; }

    /// <summary>The present device key. Written by replacement and creation only.</summary>
    public required string DeviceKey { get; set; }

    public required string Name { get; set; }

    /// <summary>Simplified Chinese name, where there is one.</summary>
    public string? NameZh { get; set; }

    /// <summary>English name, where there is one beside <see cref="Name"/>.</summary>
    public string? NameEn { get; set; }

    public string? Description { get; set; }

    /// <summary>EnOS <c>deviceAttributes</c>: a JSON object; nothing when it is empty.</summary>
    public string? Attributes { get; set; }

    /// <summary>EnOS <c>deviceTags</c>: a JSON object of texts; nothing when it is empty.</summary>
    public string? Tags { get; set; }

    /// <summary>Offset of the place, e.g. <c>+08:00</c> (EnOS <c>timezone</c>).</summary>
    public required string TimeZone { get; set; }

    public DeviceStatus Status { get; set; }

    /// <summary>Counts changes of this row; a command that saw an older one is refused.</summary>
    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>First accepted sign-in of the present hardware.</summary>
    public DateTimeOffset? ActivatedAt { get; set; }

    public DateTimeOffset? LastOnlineAt { get; set; }

    public DateTimeOffset? LastOfflineAt { get; set; }

    /// <summary>The later of <see cref="LastOnlineAt"/> and <see cref="LastOfflineAt"/>; null when this hardware never connected.</summary>
    public DateTimeOffset? LastSeenAt => LastOnlineAt > LastOfflineAt || LastOfflineAt is null ? LastOnlineAt : LastOfflineAt;

    public required Credential Credential { get; init; }
}
