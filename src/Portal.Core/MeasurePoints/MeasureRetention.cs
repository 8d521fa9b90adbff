using Microsoft.Extensions.Options;
using Portal.Core.Persistence;

namespace Portal.Core.MeasurePoints;

/// <summary>Deletes values that are older than <see cref="MeasureOptions.Retention"/>, and those of deleted devices, a little at a time.</summary>
public sealed class MeasureRetention(IPortalDatabase database, IMeasureWriter writer, IOptions<MeasureOptions> options, TimeProvider clock)
{
    /// <summary>Values in one turn at the writer: some milliseconds, which a replacement may have to wait.</summary>
    private const int ValuesPerTurn = 1_000;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(10);

    private DateTimeOffset _next;

    /// <summary>Does what is to be done, if it is time again; the maintenance calls it whenever it looks round.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < _next)
        {
            return;
        }

        _next = now + s_interval;
        var before = now - options.Value.Retention;
        var expired = await writer.FindExpiredAsync(before, cancellationToken);
        if (expired.Count > 0)
        {
            // The first number after a replacement is what its baseline stands on, and may be among them.
            await database.WriteAsync(unit => writer.SettleBaselinesAsync(unit, before), cancellationToken);
        }

        foreach (var turn in Turns(expired, before))
        {
            await database.WriteAsync(turn, cancellationToken);
        }
    }

    /// <summary>Short series together, a long one in parts.</summary>
    private IEnumerable<Func<IWriteUnit, Task<int>>> Turns(IReadOnlyList<long> expired, DateTimeOffset before)
    {
        for (var next = 0; next < expired.Count;)
        {
            yield return async unit =>
            {
                var left = ValuesPerTurn;
                while (left > 0 && next < expired.Count)
                {
                    var limit = left;
                    var deleted = await writer.DeleteExpiredAsync(unit, expired[next], before, limit);
                    left -= deleted + 1;
                    next += deleted < limit ? 1 : 0;
                }

                return ValuesPerTurn - left;
            };
        }
    }
}
