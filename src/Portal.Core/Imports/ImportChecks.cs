using Microsoft.EntityFrameworkCore;
using Portal.Core.Devices;
using Portal.Core.Persistence;
using Portal.Core.Products;

namespace Portal.Core.Imports;

/// <summary>Makes the verdicts.</summary>
internal sealed class ImportChecks(PortalDbContext db, long organizationNumber)
{
    private const int ChunkSize = 2000;

    private readonly Dictionary<string, long> _assetLines = new(StringComparer.Ordinal);
    private readonly Dictionary<(string ProductKey, string DeviceKey), long> _keyLines = [];
    private Dictionary<string, long> _products = [];
    private Dictionary<long, string> _productKeys = [];

    public async Task<List<ImportRow>> JudgeAsync(IReadOnlyList<ImportLine> lines, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        _products = await db.Products.AsNoTracking().Where(product => product.OrganizationNumber == organizationNumber)
            .ToDictionaryAsync(product => product.ProductKey, product => product.Id, StringComparer.Ordinal, cancellationToken);
        _productKeys = _products.ToDictionary(pair => pair.Value, pair => pair.Key);

        var rows = new List<ImportRow>(lines.Count);
        foreach (var chunk in lines.Chunk(ChunkSize))
        {
            var present = await FindAssetsAsync(chunk, cancellationToken);
            var taken = await FindKeysAsync(chunk.Where(line => !present.ContainsKey(line.AssetId)), cancellationToken);
            rows.AddRange(chunk.Select(line => Judge(line, present, taken)));
            progress?.Report(new ImportProgress(ImportStage.Checking, rows.Count, lines.Count));
        }

        return rows;
    }

    private ImportRow Judge(ImportLine line, Dictionary<string, PresentDevice> present, HashSet<(long ProductId, string Key)> taken)
    {
        if (line.Fault is not null)
        {
            return Refuse(line, line.Fault);
        }

        var isFirst = _assetLines.TryAdd(line.AssetId, line.Number);
        if (!isFirst)
        {
            return Refuse(line, new ImportRepeated("assetId", _assetLines[line.AssetId]));
        }

        if (!_keyLines.TryAdd((line.ProductKey, line.DeviceKey), line.Number))
        {
            return Refuse(line, new ImportRepeated("deviceKey", _keyLines[(line.ProductKey, line.DeviceKey)]));
        }

        if (present.TryGetValue(line.AssetId, out var device))
        {
            return JudgePresent(line, device);
        }

        if (line.CheckAsNew() is { } fault)
        {
            return Refuse(line, fault);
        }

        return !_products.TryGetValue(line.ProductKey, out var productId) ? Refuse(line, new ProductNotFound(line.ProductKey))
            : taken.Contains((productId, line.DeviceKey)) ? Refuse(line, new DeviceKeyInUse(line.DeviceKey))
            : new ImportRow(line, ImportVerdict.New) { ProductId = productId };
    }

    private ImportRow JudgePresent(ImportLine line, PresentDevice device)
    {
        if (device.OrganizationNumber != organizationNumber)
        {
            return Refuse(line, new ImportAssetElsewhere(line.AssetId));
        }

        if (line.DeviceKey != device.DeviceKey)
        {
            return Refuse(line, new ImportKeyDiffers(line.AssetId, device.DeviceKey));
        }

        if (_productKeys[device.ProductId] is var productKey && productKey != line.ProductKey)
        {
            return Refuse(line, new ImportProductDiffers(line.AssetId, productKey));
        }

        if (line.TimeZone != device.TimeZone)
        {
            return Refuse(line, new ImportTimeZoneDiffers(line.AssetId, device.TimeZone));
        }

        var isSame = line.Name == device.Name && Stays(line.NameZh, device.NameZh) && Stays(line.Description, device.Description);
        if (!isSame && DeviceFields.Check(line.Name, line.NameZh, line.Description) is { } fault)
        {
            return Refuse(line, fault);
        }

        return new ImportRow(line, isSame ? ImportVerdict.Unchanged : ImportVerdict.NameChange, null, isSame ? null : device.Name, device.Version)
        {
            DeviceId = device.Id,
            ProductId = device.ProductId,
        };
    }

    private static bool Stays(string? cell, string? present) => cell is null || cell == (present ?? "");

    private static ImportRow Refuse(ImportLine line, Error fault) => new(line, ImportVerdict.Refused, fault);

    private async Task<Dictionary<string, PresentDevice>> FindAssetsAsync(ImportLine[] lines, CancellationToken cancellationToken)
    {
        var assetIds = lines.Select(line => line.AssetId).ToList();
        var found = await db.Devices.AsNoTracking().Where(device => assetIds.Contains(device.AssetId))
            .Select(device => new PresentDevice(
                device.Id, device.OrganizationNumber, device.AssetId, device.ProductId, device.DeviceKey, device.Name, device.NameZh,
                device.Description, device.TimeZone, device.Version))
            .ToListAsync(cancellationToken);
        return found.ToDictionary(device => device.AssetId, StringComparer.Ordinal);
    }

    private async Task<HashSet<(long, string)>> FindKeysAsync(IEnumerable<ImportLine> lines, CancellationToken cancellationToken)
    {
        var taken = new HashSet<(long, string)>();
        foreach (var product in lines.GroupBy(line => line.ProductKey))
        {
            if (_products.TryGetValue(product.Key, out var productId))
            {
                var keys = product.Select(line => line.DeviceKey).ToList();
                var found = await db.Devices.AsNoTracking().Where(device => device.ProductId == productId && keys.Contains(device.DeviceKey))
                    .Select(device => device.DeviceKey).ToListAsync(cancellationToken);
                taken.UnionWith(found.Select(key => (productId, key)));
            }
        }

        return taken;
    }

    private sealed record PresentDevice(
        long Id, long OrganizationNumber, string AssetId, long ProductId, string DeviceKey, string Name, string? NameZh, string? Description, string TimeZone, int Version);
}
