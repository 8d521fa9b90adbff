using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;

namespace Portal.Core.Connections;

/// <summary>
/// Writes the connection log, a second's worth in one transaction, so that whoever knocks a thousand times a second costs
/// one line and not a thousand writes. What a crash loses of it is at most that second; who is signed in is not kept here.
/// </summary>
public sealed class ConnectionLog(IPortalDatabase database, TimeProvider clock, IOptions<ConnectionOptions> options, ILogger<ConnectionLog> logger)
    : BackgroundService
{
    /// <summary>Lines kept of an asset: of refusals, and of everything else.</summary>
    internal const int MaxRefusals = 50;
    internal const int MaxOthers = 150;

    /// <summary>Different lines that wait to be written; more of them in a second are counted and left out.</summary>
    private const int MaxWaiting = 20_000;

    /// <summary>A refusal that comes again within this time is counted on the line that is there.</summary>
    private static readonly TimeSpan s_sameKnock = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_cleanInterval = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private Dictionary<object, ConnectionLine> _waiting = [];
    private long _left;

    /// <param name="line">Refusals alike but for their time become one.</param>
    internal void Add(ConnectionLine line)
    {
        object same = line.Kind == ConnectionKind.Refused ? (line.DeviceId, line.Code, line.DeviceKey, line.By, line.OtherAssetId, line.Address) : line;
        lock (_lock)
        {
            if (_waiting.TryGetValue(same, out var waiting))
            {
                waiting.Count += line.Count;
                waiting.At = line.At;
            }
            else if (_waiting.Count < MaxWaiting)
            {
                _waiting[same] = line;
            }
            else
            {
                _left++;
            }
        }
    }

    /// <summary>Writes what waits; the background does it twice a second.</summary>
    internal async Task FlushAsync()
    {
        Dictionary<object, ConnectionLine> lines;
        long left;
        lock (_lock)
        {
            (lines, left) = (_waiting, _left);
            if (lines.Count == 0)
            {
                return;
            }

            (_waiting, _left) = ([], 0);
        }

        if (left > 0)
        {
            logger.LogWarning("{Count} lines of the connection log were left out: more than {Limit} different ones came in a moment", left, MaxWaiting);
        }

        foreach (var chunk in lines.Values.Chunk(500))
        {
            await database.WriteAsync(unit => WriteAsync(unit, chunk));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        var cleaned = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await FlushAsync();
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

    private static async Task<int> WriteAsync(IWriteUnit unit, IReadOnlyList<ConnectionLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.Kind != ConnectionKind.Refused || !await CountAsync(unit.Db, line))
            {
                await unit.InsertAsync(line);
            }
        }

        foreach (var (deviceId, isRefusal) in lines.Select(line => (line.DeviceId, line.Kind == ConnectionKind.Refused)).Distinct())
        {
            await TrimAsync(unit.Db, deviceId, isRefusal);
        }

        var ids = lines.Select(line => line.DeviceId).Distinct().ToList();
        var assets = await unit.Db.Devices.AsNoTracking().Where(device => ids.Contains(device.Id)).Select(device => new { device.OrganizationNumber, device.AssetId }).ToListAsync();
        await CommandScope.WriteEventsAsync(unit, [.. assets.Select(asset => new ConnectionLogChangedEvent(asset.OrganizationNumber, asset.AssetId))], lines[^1].At);

        return lines.Count;
    }

    private static async Task<bool> CountAsync(PortalDbContext db, ConnectionLine line)
    {
        var since = line.At - s_sameKnock;
        var known = await db.ConnectionLines.Where(known => known.DeviceId == line.DeviceId && known.Kind == ConnectionKind.Refused && known.Code == line.Code
                && known.DeviceKey == line.DeviceKey && known.By == line.By && known.OtherAssetId == line.OtherAssetId && known.Address == line.Address && known.At >= since)
            .OrderByDescending(known => known.Id).Select(known => (long?)known.Id).FirstOrDefaultAsync();
        return known is { } id && await db.ConnectionLines.Where(known => known.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(known => known.Count, known => known.Count + line.Count).SetProperty(known => known.At, line.At)) > 0;
    }

    private static async Task TrimAsync(PortalDbContext db, long deviceId, bool isRefusal)
    {
        var lines = db.ConnectionLines.Where(line => line.DeviceId == deviceId && line.Kind == ConnectionKind.Refused == isRefusal);
        var last = await lines.OrderByDescending(line => line.Id).Skip(isRefusal ? MaxRefusals : MaxOthers).Select(line => (long?)line.Id).FirstOrDefaultAsync();
        if (last is { } id)
        {
            await lines.Where(line => line.Id <= id).ExecuteDeleteAsync();
        }
    }
}
