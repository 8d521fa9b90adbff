using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.AuditReview;
using Portal.Core.Commands;
using Portal.Core.MeasurePoints;
using Portal.Core.Persistence;
using Portal.Core.Reveals;

namespace Portal.Core;

/// <summary>What has to happen by itself: expired grants close, old operations, sessions and values go, the audit head is signed.</summary>
/// <remarks>Nothing is unsafe while it does not run: expiry is looked at wherever it matters.</remarks>
public sealed class Maintenance(
    IPortalDatabase database, RevealService reveals, MeasureRetention measures, AuditHeads heads, TimeProvider clock, ILogger<Maintenance> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_sessionHistory = TimeSpan.FromDays(90);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not at once: the first request waits for the processor.
        using var timer = new PeriodicTimer(s_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Maintenance failed and is tried again in {Interval}", s_interval);
            }
        }
    }

    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await reveals.AnyExpiredAsync(cancellationToken))
        {
            await reveals.CloseExpiredAsync();
        }

        var now = clock.GetUtcNow();
        await database.WriteAsync(
            async unit =>
            {
                var operationsBefore = now - Operations.Lifetime;
                var sessionsBefore = now - s_sessionHistory;
                var gone = await unit.Db.Operations.Where(operation => operation.At < operationsBefore).ExecuteDeleteAsync();
                gone += await unit.Db.SessionTickets.Where(ticket => unit.Db.Sessions.Any(session => session.Id == ticket.SessionId && session.ExpiresAt < now)).ExecuteDeleteAsync();
                return gone + await unit.Db.Sessions.Where(session => session.ExpiresAt < sessionsBefore).ExecuteDeleteAsync();
            },
            cancellationToken);
        await heads.WriteAsync(cancellationToken);
        await measures.RunAsync(cancellationToken);
    }
}
