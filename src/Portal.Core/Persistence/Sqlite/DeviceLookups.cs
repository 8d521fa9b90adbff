using System.Text.Json;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Organizations;
using Portal.Core.Products;
using Comparison = Portal.Core.Expressions.Filter<Portal.Core.Devices.Search.DeviceField>.Comparison;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Ranges of indexes that together hold every device which a search finds, and others.</summary>
/// <param name="Sources">Each what stands after <c>FROM</c>, with a condition at its end; <c>d</c> is the device.</param>
/// <param name="Most">So many devices at most, as far as was counted.</param>
internal sealed record DeviceLookup(IReadOnlyList<Action<SqlText>> Sources, long Most);

/// <summary>Finds the indexes by which a search is answered without looking at every device.</summary>
/// <param name="mostGathered">A look-up of more devices is none.</param>
internal sealed class DeviceLookups(SqliteReader reader, DeviceSearch search, DeviceConditions conditions, int mostGathered)
{
    /// <summary>Where looking for anything better costs more than it may save.</summary>
    private const int Few = 1_000;

    /// <returns>Nothing when no index helps.</returns>
    public DeviceLookup? Find(Filter<DeviceField> filter)
    {
        var found = filter switch
        {
            Filter<DeviceField>.All all => Best(all.Parts),
            Filter<DeviceField>.Any any => Union(any.Parts),
            Comparison comparison => Of(comparison),
            _ => null,
        };
        return found?.Most <= mostGathered ? found : null;
    }

    /// <summary>How many devices fulfil a filter, if indexes alone can say it.</summary>
    public long? Count(Filter<DeviceField> filter) => filter switch
    {
        Filter<DeviceField>.All { Parts: [] } => SqliteDeviceSearch.CountByStatus(reader, search.OrganizationNumber).Values.Sum(),
        Comparison { Field: DeviceField.Status } status => CountOfStatus(status),
        Comparison comparison when conditions.ProductsOf(comparison) is { } products => CountUpTo(OfProducts(products), long.MaxValue),
        _ => null,
    };

    private DeviceLookup? Best(IReadOnlyList<Filter<DeviceField>> parts)
    {
        DeviceLookup? best = null;
        foreach (var part in parts.OrderBy(CostToAsk))
        {
            best = Find(part) is { } found && (best is null || found.Most < best.Most) ? found : best;
            if (best is { Most: <= Few })
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Keys and asset IDs are as many as are named; of the others the index must be asked.</summary>
    private static int CostToAsk(Filter<DeviceField> filter) => filter switch
    {
        Comparison { Field: DeviceField.Asset or DeviceField.Key or DeviceField.FirmwareVersion } => 0,
        Comparison { Field: DeviceField.Status } => 1,
        Comparison => 2,
        _ => 3,
    };

    private DeviceLookup? Union(IReadOnlyList<Filter<DeviceField>> parts)
    {
        var all = new DeviceLookup([], 0);
        foreach (var part in parts)
        {
            if (Find(part) is not { } found)
            {
                return null;
            }

            all = new DeviceLookup([.. all.Sources, .. found.Sources], all.Most + found.Most);
        }

        return all;
    }

    private DeviceLookup? Of(Comparison comparison)
    {
        switch (comparison.Field)
        {
            case DeviceField.Asset when comparison.Operator == FilterOperator.IsOneOf:
                return new DeviceLookup([OfAssets(comparison.Values)], comparison.Values.Count);
            case DeviceField.Key when comparison.Operator == FilterOperator.IsOneOf:
                return new DeviceLookup([OfKeys(comparison.Values)], comparison.Values.Count);
            case DeviceField.FirmwareVersion:
                return new DeviceLookup([], 0);
            case DeviceField.Status:
                return new DeviceLookup([OfStatuses(comparison)], CountOfStatus(comparison));
            case DeviceField.Name when comparison.Operator == FilterOperator.Like:
                return ByTrigrams(comparison);
            default:
                return conditions.ProductsOf(comparison) is { } products ? Counted(OfProducts(products)) : null;
        }
    }

    /// <param name="numbers">Instead of the source, where only the row numbers matter.</param>
    private DeviceLookup Counted(Action<SqlText> source, Action<SqlText>? numbers = null) => new([source], CountUpTo(numbers ?? source, mostGathered + 1L));

    private long CountUpTo(Action<SqlText> source, long limit)
    {
        var sql = new SqlText().Add("SELECT count(*) FROM (SELECT 1 FROM ");
        source(sql);
        sql.Add(" LIMIT ").Value(limit).Add(")");
        return reader.Number(sql.ToString(), sql.Values);
    }

    private long CountOfStatus(Comparison comparison)
    {
        var counts = SqliteDeviceSearch.CountByStatus(reader, search.OrganizationNumber);
        return DeviceExpression.StatusesOf(comparison).Sum(status => counts[status]);
    }

    private Action<SqlText> OfAssets(IReadOnlyList<string> assetIds) => sql => InOrganization(sql
        .Add("json_each(").Value(JsonSerializer.Serialize(assetIds))
        .Add(") j CROSS JOIN devices d INDEXED BY ix_devices_asset_id ON d.asset_id = j.value WHERE "));

    /// <summary>By the folded index, which knows keys without their product; those of other letters are looked at and left.</summary>
    private Action<SqlText> OfKeys(IReadOnlyList<string> keys) => sql => sql
        .Add("json_each(").Value(JsonSerializer.Serialize(keys.Select(DeviceConditions.Fold).Distinct()))
        .Add(") j CROSS JOIN devices d INDEXED BY ix_devices_folded_key ON d.organization_number = ").Value(search.OrganizationNumber)
        .Add(" AND lower(d.device_key) = j.value WHERE 1");

    private Action<SqlText> OfStatuses(Comparison comparison) => sql => InOrganization(sql
        .Add("json_each(").Value(JsonSerializer.Serialize(DeviceExpression.StatusesOf(comparison).Select(status => (long)status)))
        .Add(") j CROSS JOIN devices d INDEXED BY ix_devices_status ON d.status = j.value WHERE "));

    private Action<SqlText> OfProducts(IReadOnlyList<Product> products) => sql => InOrganization(sql
        .Add("json_each(").Value(JsonSerializer.Serialize(products.Select(product => product.Id)))
        .Add(") j CROSS JOIN devices d INDEXED BY ix_devices_product_id ON d.product_id = j.value WHERE "));

    /// <summary>The trigram index holds default and Chinese names, so what may be an English name is not found by it.</summary>
    private DeviceLookup? ByTrigrams(Comparison comparison)
    {
        if (comparison.Member is null or NameLanguages.English || !DeviceConditions.HasTrigram(comparison.Value))
        {
            return null;
        }

        Action<SqlText> From(string source) => sql => InOrganization(
            sql.Add(source).Add(" WHERE f.device_search MATCH ").Value(DeviceStages.Trigrams(comparison.Value)).Add(" AND "), "f.rowid");
        return Counted(From("device_search f CROSS JOIN devices d ON d.id = f.rowid"), From("device_search f"));
    }

    private SqlText InOrganization(SqlText sql, string rowNumber = "d.id") => sql.Add(rowNumber).Add(" BETWEEN ")
        .Value(RowNumbers.First(search.OrganizationNumber)).Add(" AND ").Value(RowNumbers.Last(search.OrganizationNumber));
}
