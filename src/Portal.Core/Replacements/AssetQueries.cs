using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Reveals;

namespace Portal.Core.Replacements;

/// <summary>An asset with the hardware behind it and everything that was behind it before.</summary>
/// <param name="History">Newest first.</param>
public sealed record AssetDetail(
    string AssetId, string OrganizationId, string OrganizationName, string ProductKey, string ProductName, string? ProductNameZh, ProductType ProductType,
    string ModelId, string DeviceKey, string Name, string? NameZh, string? Description, string TimeZone, DeviceStatus Status, int Version,
    DateTimeOffset CreatedAt, DateTimeOffset? ActivatedAt, DateTimeOffset? LastOnlineAt, DateTimeOffset? LastOfflineAt,
    DateTimeOffset? LastSeenAt, IReadOnlyList<ReplacementSummary> History)
{
    /// <summary>New hardware may fetch its secret itself, if its replacement allows that too.</summary>
    public bool ProductAllowsActivation { get; init; }

    /// <summary>The change whose hardware has not connected yet, if there is one.</summary>
    public ReplacementSummary? Waiting => History.FirstOrDefault(replacement => replacement.State == ReplacementState.AwaitingHardware);
}

/// <summary>A line of a list or a history.</summary>
public sealed record ReplacementSummary(
    long Id, string AssetId, ReplacementKind Kind, string OldDeviceKey, string NewDeviceKey, ReplacementReason Reason, string? Note, string ByName,
    DateTimeOffset At, DateTimeOffset OldDeviceKeySince, DateTimeOffset? OldDeviceLastSeenAt, ReplacementState State, SecretConfirmation Secret,
    DateTimeOffset? ConnectedAt, string? ConnectedFrom, DateTimeOffset? SupersededAt)
{
    /// <summary>What the device is called now; nothing once it was deleted.</summary>
    public string? Name { get; init; }

    public string? NameZh { get; init; }

    /// <summary>The hardware may fetch its secret itself.</summary>
    public bool AllowsActivation { get; init; }
}

/// <summary>How a text would do as the new key of an asset.</summary>
/// <param name="FirstIllegal">Position of the first character that a key may not hold, or -1.</param>
/// <param name="UsedBy">Asset ID of the device that has the key now; only within the caller's organizations, else empty.</param>
/// <param name="DiffersOnlyByCaseFrom">A key in use that reads the same but for upper and lower case.</param>
/// <param name="UsedBeforeBy">The asset that had the key last, and until when.</param>
public sealed record NewKeyCheck(
    string Text, DeviceKeyFault Fault, int FirstIllegal, bool IsUnchanged, bool IsInUse, string? UsedBy, string? DiffersOnlyByCaseFrom,
    string? UsedBeforeBy, DateTimeOffset? UsedBeforeUntil)
{
    public bool IsUsable => Fault == DeviceKeyFault.None && !IsUnchanged && !IsInUse;
}

/// <summary>Reads about one asset, and about replacements. Right <see cref="Right.Read"/>.</summary>
public sealed class AssetQueries(AccessRules rules, IDbContextFactory<PortalDbContext> contexts, SteadyClock clock)
{
    private const int HistoryLimit = 500;

    /// <returns>Or <see cref="AssetNotFound"/>, also for an asset of another organization.</returns>
    public async Task<Result<AssetDetail>> GetAsync(Actor? actor, string assetId, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var device = await db.Devices.AsNoTracking().Include(device => device.Product!.Organization)
            .FirstOrDefaultAsync(device => device.AssetId == assetId, cancellationToken);
        if (device is null || !access.Value.MayTouch(device.OrganizationNumber))
        {
            return new AssetNotFound(assetId);
        }

        var history = await SummariesAsync(db, db.Replacements.Where(replacement => replacement.DeviceId == device.Id)
            .OrderByDescending(replacement => replacement.Id).Take(HistoryLimit), cancellationToken);
        var product = device.Product!;
        return new AssetDetail(
            device.AssetId, product.Organization!.OrganizationId, product.Organization.Name, product.ProductKey, product.Name, product.NameZh, product.Type,
            product.ModelId, device.DeviceKey, device.Name, device.NameZh, device.Description, device.TimeZone, device.Status, device.Version,
            device.CreatedAt, device.ActivatedAt, device.LastOnlineAt, device.LastOfflineAt, device.LastSeenAt, history)
        {
            ProductAllowsActivation = product.AllowsActivation,
        };
    }

    /// <summary>How <paramref name="text"/> would do as the new key of an asset, checked again when the replacement is made.</summary>
    /// <returns>Or <see cref="AssetNotFound"/>.</returns>
    public async Task<Result<NewKeyCheck>> CheckNewKeyAsync(Actor? actor, string assetId, string text, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.Read, cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var device = await db.Devices.AsNoTracking().Where(device => device.AssetId == assetId)
            .Select(device => new { device.Id, device.OrganizationNumber, device.ProductId, device.DeviceKey }).FirstOrDefaultAsync(cancellationToken);
        if (device is null || !access.Value.MayTouch(device.OrganizationNumber))
        {
            return new AssetNotFound(assetId);
        }

        var fault = DeviceKey.Check(text);
        if (fault != DeviceKeyFault.None)
        {
            return new NewKeyCheck(text, fault, DeviceKey.FirstIllegal(text), text == device.DeviceKey, false, null, null, null, null);
        }

        var owner = await db.Devices.AsNoTracking().Where(other => other.ProductId == device.ProductId && other.DeviceKey == text)
            .Select(other => other.AssetId).FirstOrDefaultAsync(cancellationToken);
        // Written as the folded index is, so that the database uses it.
        var folded = text.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL lower(), never run here.
        var sameButForCase = await db.Devices.AsNoTracking()
            .Where(other => other.OrganizationNumber == device.OrganizationNumber && other.DeviceKey.ToLower() == folded && other.ProductId == device.ProductId && other.DeviceKey != text)
            .Select(other => other.DeviceKey).FirstOrDefaultAsync(cancellationToken);
#pragma warning restore CA1304, CA1311, CA1862
        var before = await db.Replacements.AsNoTracking()
            .Where(replacement => replacement.ProductId == device.ProductId && replacement.OldDeviceKey == text && replacement.Kind == ReplacementKind.Replacement)
            .OrderByDescending(replacement => replacement.At).Select(replacement => new { replacement.AssetId, replacement.At })
            .FirstOrDefaultAsync(cancellationToken);
        var isUnchanged = text == device.DeviceKey;
        return new NewKeyCheck(
            text, fault, -1, isUnchanged, owner is not null && !isUnchanged, isUnchanged ? null : owner, sameButForCase, before?.AssetId, before?.At);
    }

    /// <summary>Changes whose hardware has not connected yet, oldest first; a deleted device waits for none.</summary>
    public Task<Result<IReadOnlyList<ReplacementSummary>>> WaitingAsync(Actor? actor, string organizationId, int limit, CancellationToken cancellationToken = default) =>
        ListAsync(actor, organizationId, (db, replacements) => replacements
            .Where(replacement => replacement.State == ReplacementState.AwaitingHardware && db.Devices.Any(device => device.Id == replacement.DeviceId)).OrderBy(replacement => replacement.At).Take(limit), cancellationToken);

    /// <summary>The latest changes, newest first.</summary>
    public Task<Result<IReadOnlyList<ReplacementSummary>>> RecentAsync(Actor? actor, string organizationId, int limit, CancellationToken cancellationToken = default) =>
        ListAsync(actor, organizationId, (_, replacements) => replacements.OrderByDescending(replacement => replacement.At).Take(limit), cancellationToken);

    private async Task<Result<IReadOnlyList<ReplacementSummary>>> ListAsync(
        Actor? actor, string organizationId, Func<PortalDbContext, IQueryable<Replacement>, IQueryable<Replacement>> which, CancellationToken cancellationToken)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var replacements = db.Replacements.Where(replacement => replacement.OrganizationNumber == organization.Value.Number);
        return await SummariesAsync(db, which(db, replacements), cancellationToken);
    }

    private async Task<List<ReplacementSummary>> SummariesAsync(PortalDbContext db, IQueryable<Replacement> replacements, CancellationToken cancellationToken)
    {
        var rows = await replacements.AsNoTracking().ToListAsync(cancellationToken);
        var ids = rows.Where(row => row.RevealGrantId is not null).Select(row => row.RevealGrantId!.Value).ToList();
        var grants = await db.RevealGrants.AsNoTracking().Where(grant => ids.Contains(grant.Id)).ToDictionaryAsync(grant => grant.Id, cancellationToken);
        var deviceIds = rows.Select(row => row.DeviceId).Distinct().ToList();
        var names = await db.Devices.Where(device => deviceIds.Contains(device.Id)).Select(device => new { device.Id, device.Name, device.NameZh })
            .ToDictionaryAsync(device => device.Id, cancellationToken);
        var now = clock.GetUtcNow();
        return rows.ConvertAll(row => new ReplacementSummary(
            row.Id, row.AssetId, row.Kind, row.OldDeviceKey, row.NewDeviceKey, row.Reason, row.Note, row.ByName, row.At, row.OldDeviceKeySince,
            row.OldDeviceLastSeenAt, row.State,
            SecretConfirmations.Of(row.RevealGrantId is { } id ? grants.GetValueOrDefault(id) : null, now),
            row.ConnectedAt, row.ConnectedFrom, row.SupersededAt)
        {
            Name = names.GetValueOrDefault(row.DeviceId)?.Name,
            NameZh = names.GetValueOrDefault(row.DeviceId)?.NameZh,
            AllowsActivation = row.AllowsActivation,
        });
    }
}
