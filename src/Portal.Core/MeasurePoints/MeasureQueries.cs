using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Persistence;

namespace Portal.Core.MeasurePoints;

/// <summary>What an asset measured, whatever hardware was behind it. Right <see cref="Right.Read"/>.</summary>
public sealed class MeasureQueries(
    AccessRules rules, IDbContextFactory<PortalDbContext> contexts, IMeasureReader reader, IOptions<MeasureOptions> options, TimeProvider clock)
{
    /// <returns>By name; or <see cref="AssetNotFound"/>, also for an asset of another organization.</returns>
    public async Task<Result<IReadOnlyList<MeasurePoint>>> PointsAsync(Actor? actor, string assetId, CancellationToken cancellationToken = default)
    {
        var device = await FindAsync(actor, assetId, cancellationToken);
        if (!device.IsSuccess)
        {
            return device.Error;
        }

        MeasurePoint[] points = [.. await reader.PointsAsync(device.Value.Id, cancellationToken)];
        return points;
    }

    /// <summary>A point over the range that ends now. A point that the asset does not have is an empty series.</summary>
    /// <returns>As <see cref="PointsAsync"/>.</returns>
    public async Task<Result<Series>> ReadAsync(Actor? actor, string assetId, string point, SeriesRange range, CancellationToken cancellationToken = default)
    {
        var device = await FindAsync(actor, assetId, cancellationToken);
        if (!device.IsSuccess)
        {
            return device.Error;
        }

        var (from, now, until) = Period(range);
        var (changes, runs) = await reader.SeriesAsync(device.Value.Id, point, from, until, range.Bucket(), cancellationToken);
        var last = runs.SelectMany(run => run.Buckets).LastOrDefault()?.Last.At;
        return new Series(assetId, point, range, from, last > now ? last.Value : now, changes, runs);
    }

    /// <summary>From a whole bucket on, so that looking again a moment later does not move every bucket; until where the fastest clock may be.</summary>
    internal (DateTimeOffset From, DateTimeOffset Now, DateTimeOffset Until) Period(SeriesRange range)
    {
        var now = clock.GetUtcNow();
        var from = (now - range.Length()).UtcTicks;
        return (new DateTimeOffset(from - (from % range.Bucket().Ticks), TimeSpan.Zero), now, now + options.Value.MaxAhead + TimeSpan.FromMilliseconds(1));
    }

    internal async Task<Result<MeasuredDevice>> FindAsync(Actor? actor, string assetId, CancellationToken cancellationToken)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var device = await db.Devices.AsNoTracking().Where(device => device.AssetId == assetId)
            .Select(device => new MeasuredDevice(device.Id, device.OrganizationNumber, device.DeviceKey)).FirstOrDefaultAsync(cancellationToken);
        return device is not null && access.Value.MayTouch(device.OrganizationNumber) ? device : new AssetNotFound(assetId);
    }

    internal sealed record MeasuredDevice(long Id, long OrganizationNumber, string DeviceKey);
}
