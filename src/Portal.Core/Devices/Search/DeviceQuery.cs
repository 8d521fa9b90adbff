namespace Portal.Core.Devices.Search;

public enum DeviceSort
{
    /// <summary>Best match first: the key itself, the asset itself, beginnings of keys, of assets, then the rest in order of creation.</summary>
    BestMatch = 0,
    Asset,
    Key,
    Name,
    Product,
    Status,
    Created,
}

/// <summary>A page of the devices of an organization.</summary>
public sealed record DeviceQuery
{
    public const int DefaultPageSize = 25;
    public const int MaxCount = 10_000;

    public static IReadOnlyList<int> PageSizes { get; } = [25, 50, 100];

    public required string OrganizationId { get; init; }

    /// <summary>What stands in the search box, see <see cref="DeviceQueryText"/>.</summary>
    public string? Text { get; init; }

    public DeviceSort Sort { get; init; }

    public bool Descending { get; init; }

    /// <summary><see cref="DevicePage.NextCursor"/> or <see cref="DevicePage.PreviousCursor"/> of a page of the same text and sort.</summary>
    public string? Cursor { get; init; }

    public int PageSize { get; init; } = DefaultPageSize;

    /// <summary>False leaves out the counting, e.g. on the second page.</summary>
    public bool WithCount { get; init; } = true;
}

/// <param name="TotalCount">
/// How many devices match; -1 when it was not asked for. With <paramref name="IsCapped"/> at least so many: counting stopped.
/// </param>
/// <param name="Examined">Set when the search gave up after so many devices; the next page goes on from there.</param>
/// <param name="Terms">What the text was understood as.</param>
public sealed record DevicePage(
    IReadOnlyList<DeviceRow> Rows, string? NextCursor, string? PreviousCursor, long TotalCount, bool IsCapped, int? Examined,
    IReadOnlyList<DeviceTerm> Terms);

/// <summary>A device as a list shows it.</summary>
/// <param name="LastSeenAt">The later of its last sign-in and its last sign-off.</param>
/// <param name="ReplacedAt">The last time it got new hardware.</param>
/// <param name="IsAwaitingHardware">Its newest credential was not used yet.</param>
/// <param name="FormerKey">Set when the search found the asset by a key it no longer has.</param>
public sealed record DeviceRow(
    string AssetId, string DeviceKey, string Name, string? NameZh, string ProductKey, string ProductName, string? ProductNameZh, DeviceStatus Status,
    int Version, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, DateTimeOffset? ReplacedAt, bool IsAwaitingHardware, FormerKey? FormerKey);

/// <summary>A key that the asset had before.</summary>
/// <param name="Until">When it was replaced.</param>
public sealed record FormerKey(string DeviceKey, DateTimeOffset Until);

/// <summary>A device by the names that a command needs.</summary>
public sealed record DeviceMatch(string AssetId, int Version);

/// <param name="IsComplete">False when more than <see cref="DeviceQuery.MaxCount"/> match, or the search gave up.</param>
public sealed record DeviceMatches(IReadOnlyList<DeviceMatch> Devices, bool IsComplete);

/// <param name="Counts">By status; every status is there.</param>
public sealed record StatusCounts(IReadOnlyDictionary<DeviceStatus, long> Counts)
{
    public long Total => Counts.Values.Sum();
}

/// <summary>The cursor is not one that this search gave out.</summary>
public sealed record CursorInvalid() : Error("This page link is no longer valid. Start at the first page.");
