using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Live;
using Portal.Core.Persistence;

namespace Portal.Core.Connections;

/// <summary>
/// Writes the connection log, half a second's worth at once, and who left, so that whoever knocks a thousand times a second costs
/// one line and not a thousand writes. What a crash loses of it is at most three seconds, and whom it leaves signed in the next start signs out.
/// </summary>
public sealed class ConnectionLog(IPortalDatabase database, SignInService signIns, TimeProvider clock, IOptions<ConnectionOptions> options, ILogger<ConnectionLog> logger)
    : BackgroundService
{
    /// <summary>Lines kept of an asset: of the refusals of each <see cref="KnockedBy"/>, so that none drives out another, and of everything else.</summary>
    internal const int MaxRefusals = 20;
    internal const int MaxOthers = 120;

    /// <summary>Different lines that wait to be written; more of them in a second are counted and left out.</summary>
    private const int MaxWaiting = 40_000;

    /// <summary>Sign-ins that wait meanwhile come between two of them.</summary>
    private const int LinesATime = 100;

    /// <summary>A refusal that comes again within this time is counted on the line that is there.</summary>
    private static readonly TimeSpan s_sameKnock = TimeSpan.FromHours(24);

    /// <summary>Screens show one device that leaves after the other; lines are worth a transaction only together.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private const int TicksALine = 5;

    /// <summary>
    /// Who is back within this time was never away, and who comes and goes within it is one line: nobody waits for either as a device does for
    /// the answer to its sign-in, which goes before.
    /// </summary>
    private static readonly TimeSpan s_absence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_cleanInterval = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<object, Waiting> _waiting = [];
    private long _lastNumber;
    private long _left;

    /// <summary>Somebody was refused. Refusals alike but for their time become one line.</summary>
    /// <param name="assetId">Whose log it is in: who looks at it is told.</param>
    internal void Add(ConnectionLine line, string assetId)
    {
        lock (_lock)
        {
            var same = (line.DeviceId, line.Code, line.DeviceKey, line.By, line.OtherAssetId, line.Address);
            if (_waiting.TryGetValue(same, out var waiting))
            {
                waiting.Line.Count += line.Count;
                waiting.Line.At = line.At;
            }
            else
            {
                Add(same, line, assetId);
            }
        }
    }

    /// <summary>A device came or left. Who leaves before the line of its coming is written is told of in that line.</summary>
    /// <param name="reason">Why it left.</param>
    internal void Add(DeviceSession session, ConnectionKind kind, SignOutReason? reason)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_waiting.TryGetValue(session, out var waiting))
            {
                (waiting.Line.At, waiting.Line.SignOutReason) = (now, reason);
                return;
            }

            Add(session, new ConnectionLine
            {
                DeviceId = session.DeviceId,
                OrganizationNumber = session.OrganizationNumber,
                Kind = kind,
                Code = ConnectionCodes.Ok,
                DeviceKey = session.DeviceKey,
                SignOutReason = reason,
                Address = session.Address,
                FirstAt = now,
                At = now,
            }, session.AssetId);
        }
    }

    /// <summary>Writes what waits.</summary>
    internal async Task FlushAsync()
    {
        await signIns.WriteSignOutsAsync(TimeSpan.Zero);
        await WriteLinesAsync(TimeSpan.Zero);
    }

    private async Task WriteLinesAsync(TimeSpan absence)
    {
        List<Waiting> lines;
        long left;
        lock (_lock)
        {
            lines = [.. _waiting.Values.Where(waiting => waiting.Line.Kind == ConnectionKind.Refused || clock.GetElapsedTime(waiting.Since) >= absence).OrderBy(waiting => waiting.Number)];
            foreach (var line in lines)
            {
                _waiting.Remove(line.Same);
            }

            (left, _left) = (_left, 0);
        }

        if (left > 0)
        {
            logger.LogWarning("{Count} lines of the connection log were left out: more than {Limit} different ones came in a moment", left, MaxWaiting);
        }

        foreach (var chunk in lines.Chunk(LinesATime))
        {
            await database.WriteTogetherAsync(unit => WriteAsync(unit, chunk));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        var (ticks, cleaned) = (0, clock.GetTimestamp());
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await signIns.WriteSignOutsAsync(s_absence);
                    if (++ticks % TicksALine == 0)
                    {
                        await WriteLinesAsync(s_absence);
                    }

                    if (clock.GetElapsedTime(cleaned) > s_cleanInterval)
                    {
                        cleaned = clock.GetTimestamp();
                        var before = clock.GetUtcNow() - options.Value.LogRetention;
                        await database.WriteAsync(unit => unit.Db.ConnectionLines.Where(line => line.At < before).ExecuteDeleteAsync(), stoppingToken);
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogError(exception, "The connection log was not written");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The last second, before the database closes.
        }

        await FlushAsync();
    }

    private void Add(object same, ConnectionLine line, string assetId)
    {
        if (_waiting.Count < MaxWaiting)
        {
            _waiting[same] = new Waiting(_lastNumber++, same, line, assetId, clock.GetTimestamp());
        }
        else
        {
            _left++;
        }
    }

    private static async Task<int> WriteAsync(IWriteUnit unit, IReadOnlyList<Waiting> lines)
    {
        foreach (var (_, _, line, _, _) in lines)
        {
            await unit.LogAsync(line, line.At - s_sameKnock);
        }

        unit.Publish(
            [.. lines.DistinctBy(waiting => waiting.AssetId).Select(waiting => new ConnectionLogChangedEvent(waiting.Line.OrganizationNumber, waiting.AssetId))], lines[^1].Line.At);
        return lines.Count;
    }

    /// <param name="Number">In the order in which they came.</param>
    private sealed record Waiting(long Number, object Same, ConnectionLine Line, string AssetId, long Since);
}
