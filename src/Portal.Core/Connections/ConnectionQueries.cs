using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Persistence;

namespace Portal.Core.Connections;

/// <param name="Lines">Newest first.</param>
/// <param name="Knocks">
/// Refused sign-ins since the present credential was made that still say something, one for each unit that tried, the latest first: what
/// the present hardware tried before it succeeded is left out, and other units that have been quiet for a day.
/// </param>
public sealed record AssetConnections(bool IsConnected, IReadOnlyList<LoggedConnection> Lines, bool HasMore, IReadOnlyList<KnockSummary> Knocks);

/// <summary>A line of the connection log; see <see cref="ConnectionLine"/>.</summary>
public sealed record LoggedConnection(
    long Id, ConnectionKind Kind, int Code, string DeviceKey, KnockedBy By, string? OtherAssetId, SignOutReason? SignOutReason, string? Address,
    DateTimeOffset FirstAt, DateTimeOffset At, int Count);

/// <summary>How often one unit tried and was refused.</summary>
/// <param name="Code">Of its last try that was looked at; too many are refused unseen.</param>
/// <param name="Address">Where its last try came from.</param>
public sealed record KnockSummary(string AssetId, KnockedBy By, string DeviceKey, string? OtherAssetId, int Code, int Tries, DateTimeOffset FirstAt, DateTimeOffset LastAt, string? Address);

/// <summary>Reads the connection log. Right <see cref="Right.Read"/>.</summary>
public sealed class ConnectionQueries(AccessRules rules, IDbContextFactory<PortalDbContext> contexts, DeviceSessions sessions, TimeProvider clock)
{
    /// <summary>An old unit that has been quiet for so long was switched off, or lies in a box.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromDays(1);

    private const int MaxLines = 200;

    /// <param name="limit">At most 200, which is all that is kept.</param>
    /// <returns>Or <see cref="AssetNotFound"/>.</returns>
    public async Task<Result<AssetConnections>> ReadAsync(Actor? actor, string assetId, int limit = 20, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var device = await db.Devices.AsNoTracking().Where(device => device.AssetId == assetId)
            .Select(device => new { device.Id, device.OrganizationNumber }).FirstOrDefaultAsync(cancellationToken);
        if (device is null || !access.Value.MayTouch(device.OrganizationNumber))
        {
            return new AssetNotFound(assetId);
        }

        var take = Math.Clamp(limit, 1, MaxLines);
        var lines = await db.ConnectionLines.AsNoTracking().Where(line => line.DeviceId == device.Id).OrderByDescending(line => line.At).ThenByDescending(line => line.Id)
            .Take(take + 1).ToListAsync(cancellationToken);
        return new AssetConnections(
            sessions.Find(device.Id) is not null, [.. lines.Take(take).Select(ToLogged)], lines.Count > take, await KnocksAsync(db, [device.Id], cancellationToken));
    }

    /// <summary>Refused sign-ins at these assets, as <see cref="AssetConnections.Knocks"/>; assets that are not the caller's are left out.</summary>
    public async Task<Result<IReadOnlyList<KnockSummary>>> KnocksAsync(Actor? actor, IReadOnlyList<string> assetIds, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var devices = await db.Devices.AsNoTracking().Where(device => assetIds.Contains(device.AssetId))
            .Select(device => new { device.Id, device.OrganizationNumber }).ToListAsync(cancellationToken);
        return await KnocksAsync(db, [.. devices.Where(device => access.Value.MayTouch(device.OrganizationNumber)).Select(device => device.Id)], cancellationToken);
    }

    private async Task<List<KnockSummary>> KnocksAsync(PortalDbContext db, IReadOnlyList<long> deviceIds, CancellationToken cancellationToken)
    {
        var lines = await db.ConnectionLines.AsNoTracking()
            .Where(line => deviceIds.Contains(line.DeviceId) && line.Kind == ConnectionKind.Refused).ToListAsync(cancellationToken);
        if (lines.Count == 0)
        {
            return [];
        }

        var since = await db.Replacements.AsNoTracking().Where(line => deviceIds.Contains(line.DeviceId)).GroupBy(line => line.DeviceId)
            .Select(group => new { group.Key, At = group.Max(line => line.At) }).ToDictionaryAsync(line => line.Key, line => line.At, cancellationToken);
        var devices = await db.Devices.AsNoTracking().Where(device => deviceIds.Contains(device.Id))
            .Select(device => new { device.Id, device.AssetId, device.LastOnlineAt }).ToDictionaryAsync(device => device.Id, cancellationToken);
        var now = clock.GetUtcNow();
        return [.. lines.Where(line => line.At >= since.GetValueOrDefault(line.DeviceId) && devices.ContainsKey(line.DeviceId))
            .Select(line => (Line: line, Means: Meaning(line, lines)))
            .GroupBy(knock => (knock.Line.DeviceId, knock.Means.By, knock.Line.DeviceKey, knock.Means.OtherAssetId))
            .Select(group => (Group: group, Last: group.MaxBy(knock => knock.Line.At)))
            .Where(knocks => !IsOver(knocks.Last.Line, knocks.Last.Means.By))
            .Select(knocks =>
            {
                var (group, (last, means)) = knocks;
                return new KnockSummary(
                    devices[last.DeviceId].AssetId, means.By, last.DeviceKey, means.OtherAssetId, means.Code, group.Sum(knock => knock.Line.Count),
                    group.Min(knock => knock.Line.FirstAt), last.At, last.Address);
            })
            .OrderByDescending(knock => knock.LastAt)];

        // Tries before a success say nothing any more.
        bool IsOver(ConnectionLine last, KnockedBy by) => by == KnockedBy.Present ? last.At <= devices[last.DeviceId].LastOnlineAt : now - last.At >= s_quiet;
    }

    /// <summary>Who tries too often is not looked at any more: it is who it was before, and refused for the same reason.</summary>
    private static ConnectionLine Meaning(ConnectionLine line, IReadOnlyList<ConnectionLine> lines) => line.Code != ConnectionCodes.TooManyConnects
        ? line
        : lines.Where(other => other.DeviceId == line.DeviceId && other.DeviceKey == line.DeviceKey && other.Address == line.Address && other.Code != ConnectionCodes.TooManyConnects)
            .MaxBy(other => other.At) ?? line;

    private static LoggedConnection ToLogged(ConnectionLine line) => new(
        line.Id, line.Kind, line.Code, line.DeviceKey, line.By, line.OtherAssetId, line.SignOutReason, line.Address, line.FirstAt, line.At, line.Count);
}
