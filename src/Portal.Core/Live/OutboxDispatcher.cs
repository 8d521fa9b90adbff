using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Persistence;

namespace Portal.Core.Live;

/// <summary>Delivers the outbox in order, at least once: at once after a commit here, within a second after one elsewhere.</summary>
public sealed class OutboxDispatcher(
    IDbContextFactory<PortalDbContext> contexts, IPortalDatabase database, LiveEvents events, ILogger<OutboxDispatcher> logger)
    : BackgroundService
{
    private const int BatchSize = 500;
    /// <summary>Asked after every commit: compiled once.</summary>
    private static readonly Func<PortalDbContext, long, IAsyncEnumerable<OutboxMessage>> s_next = EF.CompileAsyncQuery((PortalDbContext db, long after) =>
        db.Outbox.AsNoTracking().Where(message => message.Id > after).OrderBy(message => message.Id).Take(BatchSize));

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromSeconds(1);

    /// <summary>What is committed within a frame of the screens that show it is read at once: under load, not each commit by itself.</summary>
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan s_cleanInterval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long delivered = 0, cleaned = 0;
        var lastClean = Environment.TickCount64;
        var committed = database.NextCommit;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // First of all waiting: what an earlier process left behind has a second, the first request has not.
                await Task.WhenAny(committed, Task.Delay(s_pollInterval, stoppingToken));
                await Task.Delay(s_frame, stoppingToken);
                committed = database.NextCommit;
                delivered = await DeliverAsync(delivered, stoppingToken);
                if (delivered > cleaned && Environment.TickCount64 - lastClean > s_cleanInterval.TotalMilliseconds)
                {
                    await CleanAsync(delivered);
                    (cleaned, lastClean) = (delivered, Environment.TickCount64);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "The outbox could not be read; trying again");
                await Task.Delay(s_pollInterval, stoppingToken);
            }
        }
    }

    private async Task<long> DeliverAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var count = 0;
            await foreach (var message in s_next(db, after).WithCancellation(cancellationToken))
            {
                Deliver(message);
                (after, count) = (message.Id, count + 1);
            }

            if (count < BatchSize)
            {
                return after;
            }
        }
    }

    private void Deliver(OutboxMessage message)
    {
        try
        {
            using var payload = JsonDocument.Parse(message.Payload);
            if (payload.RootElement.ValueKind != JsonValueKind.Array)
            {
                Deliver(message.Id, payload.RootElement);
                return;
            }

            foreach (var fleetEvent in payload.RootElement.EnumerateArray())
            {
                Deliver(message.Id, fleetEvent);
            }
        }
        catch (JsonException exception)
        {
            LeaveOut(message.Id, exception);
        }
    }

    private void Deliver(long id, JsonElement fleetEvent)
    {
        try
        {
            events.Publish(fleetEvent.Deserialize<FleetEvent>()!);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            LeaveOut(id, exception);
        }
    }

    /// <summary>Written by a newer version, or by hand: one event that nobody understands must not hold up the rest.</summary>
    private void LeaveOut(long id, Exception exception) => logger.LogError(exception, "Event {Id} in the outbox cannot be read and is left out", id);

    private Task<int> CleanAsync(long delivered) => database.WriteAsync(
        unit => unit.Db.Outbox.Where(message => message.Id <= delivered).ExecuteDeleteAsync(), CancellationToken.None);
}
