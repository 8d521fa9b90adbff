using Portal.Core.Persistence;

namespace Portal.Core.MeasurePoints;

/// <summary>How values get into the database; what differs between databases.</summary>
public interface IMeasureWriter
{
    /// <summary>
    /// Stores all values of the posts of one message, or none: of two values of a point at the same time the later one stays. Looks in
    /// this transaction whether each device, and the gateway it came through, still has the secret that its session proved.
    /// </summary>
    /// <param name="maxPoints">Points that an asset may have.</param>
    /// <returns>Why nothing was stored: <see cref="SessionOver"/>, <see cref="MeasureRefused"/>.</returns>
    Task<Error?> WriteAsync(IWriteUnit unit, IReadOnlyList<MeasurePost> posts, int maxPoints);

    /// <summary>Series that hold something from before <paramref name="before"/>, or whose device is gone. Not in a write transaction: nobody waits for it.</summary>
    Task<IReadOnlyList<long>> FindExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Deletes the oldest values of a series: those from before <paramref name="before"/>, or all if its device is gone, and then it too.</summary>
    /// <returns>How many; fewer than <paramref name="limit"/> when it was all of them.</returns>
    Task<int> DeleteExpiredAsync(IWriteUnit unit, long series, DateTimeOffset before, int limit);

    /// <summary>
    /// Notes of each counter baseline of a replacement made before <paramref name="before"/> the first number after it, which is deleted soon.
    /// </summary>
    Task<int> SettleBaselinesAsync(IWriteUnit unit, DateTimeOffset before);
}
