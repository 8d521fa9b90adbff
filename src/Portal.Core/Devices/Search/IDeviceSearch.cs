using Portal.Core.Expressions;

namespace Portal.Core.Devices.Search;

/// <summary>A search that was read and checked: within one organization, nothing of it from outside but values.</summary>
/// <param name="Filter">See <see cref="DeviceQueryText"/> and <see cref="DeviceExpression"/>.</param>
public sealed record DeviceSearch(long OrganizationNumber, Filter<DeviceField> Filter)
{
    /// <summary>Of the list; a numbered page has an order of its own.</summary>
    public DeviceSort Sort { get; init; }

    public bool Descending { get; init; }

    /// <summary>Wall clock, for ages.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Clock of reveal grants.</summary>
    public DateTimeOffset SteadyNow { get; init; }

    /// <summary>What must hold, each by itself.</summary>
    public IReadOnlyList<Filter<DeviceField>> Parts => Filter is Filter<DeviceField>.All all ? all.Parts : [Filter];

    /// <summary>Those of the parts that one index may answer.</summary>
    public IEnumerable<Filter<DeviceField>.Comparison> Comparisons => Parts.OfType<Filter<DeviceField>.Comparison>();
}

/// <summary>A place in the order of a search.</summary>
/// <param name="Stage">Which part of the order (how well it matches, the status, the product).</param>
/// <param name="Key">What the part is ordered by; <see langword="null"/>, a text or a number.</param>
/// <param name="RowNumber">The device, and the order among equals.</param>
public sealed record DevicePlace(long Stage, object? Key, long RowNumber);

/// <param name="First">Place of the first row.</param>
/// <param name="Last">Place of the last row, or of the last device examined.</param>
/// <param name="HasMore">Whether there is at least one more in this direction.</param>
public sealed record DeviceSlice(IReadOnlyList<DeviceRow> Rows, DevicePlace? First, DevicePlace? Last, bool HasMore, int? Examined);

public sealed record DeviceCount(long Count, bool IsCapped);

/// <summary>What each database answers in its own way.</summary>
public interface IDeviceSearch
{
    /// <param name="from">Rows after it, or before it when <paramref name="backward"/>; from the start when there is none.</param>
    /// <returns>Rows in the order of the search in either direction, and the count if it was asked for.</returns>
    Task<(DeviceSlice Slice, DeviceCount? Count)> FindAsync(
        DeviceSearch search, DevicePlace? from, bool backward, int limit, bool withCount, CancellationToken cancellationToken);

    /// <summary>All that match, in order of creation, up to a limit.</summary>
    Task<DeviceMatches> MatchAsync(DeviceSearch search, int limit, CancellationToken cancellationToken);

    /// <summary>By asset ID. Many ask at once when a device changes that many look at.</summary>
    Task<Dictionary<string, DeviceRow>> RowsAsync(long organizationNumber, IReadOnlyCollection<string> assetIds, CancellationToken cancellationToken);

    Task<StatusCounts> StatusCountsAsync(long organizationNumber, CancellationToken cancellationToken);
}
