using System.Text;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Products;
using Comparison = Portal.Core.Expressions.Filter<Portal.Core.Devices.Search.DeviceField>.Comparison;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>One part of the order of a search: the rows of one range of one index.</summary>
/// <param name="Tag">Names the stage in a cursor.</param>
/// <param name="Source">What to read from; <c>d</c> is the device.</param>
internal sealed record DeviceStage(long Tag, string Source)
{
    /// <summary>Instead of <see cref="Source"/>, where it has values.</summary>
    public Action<SqlText>? From { get; init; }

    /// <summary>Instead of <see cref="Source"/>, where only the row numbers matter.</summary>
    public string? NumbersFrom { get; init; }

    /// <summary>The row number in terms of the source.</summary>
    public string RowNumber { get; init; } = "d.id";

    /// <summary>What the rows are ordered by before the row number; empty for nothing.</summary>
    public string Key { get; init; } = "";

    /// <summary>Where the range of <see cref="Key"/> begins.</summary>
    public string? Low { get; init; }

    /// <summary>Before what it ends.</summary>
    public string? High { get; init; }

    /// <summary>What leads the index, as SQL.</summary>
    public Action<SqlText>? Leading { get; init; }

    /// <summary>Which rows are of this stage and not of an earlier one, whatever the source.</summary>
    public Action<SqlText>? Belongs { get; init; }

    /// <summary>Whether there are rows that the source does not know yet, and that have to be looked at too.</summary>
    public bool HasPending { get; init; }

    /// <summary>Those rows, as a stage of the same order.</summary>
    public DeviceStage Pending => this with
    {
        Source = "search_pending p CROSS JOIN devices d ON d.id = p.device_id",
        RowNumber = "p.device_id",
        Leading = null,
        Implied = [],
        HasPending = false,
    };

    /// <summary>Parts of the search that every row of the stage fulfils.</summary>
    public IReadOnlyList<Filter<DeviceField>> Implied { get; init; } = [];
}

/// <summary>Makes the stages of a search: from which indexes, in which order, its rows come.</summary>
internal sealed class DeviceStages(DeviceSearch search, DeviceConditions conditions, Lazy<Dictionary<long, Product>> products, Lazy<bool> hasPending)
{
    private const string FoldedKey = "lower(d.device_key)";
    private const string FoldedAsset = "lower(d.asset_id)";
    private const string FoldedName = "lower(d.name)";
    private const string FoldedNameZh = "lower(d.name_zh)";

    private const long ExactKey = 1;
    private const long ExactAsset = 2;
    private const long KeyPrefix = 3;
    private const long AssetPrefix = 4;
    private const long Within = 5;
    private const long NamePrefix = 6;
    private const long NameZhPrefix = 7;

    private IReadOnlyList<Comparison> Words { get; } = [.. search.Comparisons.Where(term => term.Field == DeviceField.Text)];

    /// <summary>Terms of which at least one trigram must occur in a row.</summary>
    public IReadOnlyList<Comparison> TrigramTerms { get; } = [.. search.Comparisons.Where(term =>
        term.Operator == FilterOperator.Matches && term.Values.All(DeviceConditions.HasTrigram))];

    /// <summary>Terms about the beginning of what has an index of its own.</summary>
    public IEnumerable<Comparison> PrefixTerms => search.Comparisons.Where(term =>
        term is { Field: DeviceField.Key or DeviceField.Asset, Operator: FilterOperator.Begins });

    /// <summary>The word whose place in a device decides the rank, if there is one.</summary>
    private Comparison? Leading => Words.Count > 0 && (Words.Count == 1 || TrigramTerms.Count == 0) ? Words[0] : null;

    /// <summary>
    /// Whether any key and any asset ID begins with the leading word: what is read from the middle of a label begins
    /// none, and one look at both indexes saves four.
    /// </summary>
    /// <returns>A query of two numbers, or nothing when there is no such word.</returns>
    public SqlText? Beginnings()
    {
        if (Leading is null || search.Sort != DeviceSort.BestMatch)
        {
            return null;
        }

        var text = DeviceConditions.Fold(Leading.Value);
        SqlText AddAny(SqlText sql, string index, string key)
        {
            OfOrganization(sql.Add($"EXISTS (SELECT 1 FROM devices d INDEXED BY {index} WHERE "));
            Begins(key, text)(sql.Add(" AND "));
            return sql.Add(")");
        }

        return AddAny(AddAny(new SqlText().Add("SELECT "), "ix_devices_folded_key", FoldedKey).Add(", "), "ix_devices_folded_asset", FoldedAsset);
    }

    /// <summary>
    /// Without the stages and conditions that <see cref="Beginnings"/> showed to be idle. Where only keys or only asset IDs begin with the
    /// word, what is exactly the word is the first of those that begin with it.
    /// </summary>
    /// <param name="begin">The stage in which the page begins, which stays.</param>
    public IEnumerable<DeviceStage> Simplified(IEnumerable<DeviceStage> stages, bool keyBegins, bool assetBegins, long? begin)
    {
        var areExactApart = (keyBegins && assetBegins) || begin is ExactKey or ExactAsset;
        return stages.Where(stage => stage.Tag == begin || MayHaveRows(stage)).Select(stage => stage.Tag switch
        {
            KeyPrefix or AssetPrefix when !areExactApart => stage with { Belongs = BeginsSo(stage.Key) },
            Within => stage with { Belongs = BeginsNot(keyBegins ? FoldedKey : null, assetBegins ? FoldedAsset : null) },
            _ => stage,
        });

        bool MayHaveRows(DeviceStage stage) => stage.Tag switch
        {
            ExactKey => keyBegins && areExactApart,
            ExactAsset => assetBegins && areExactApart,
            KeyPrefix => keyBegins,
            AssetPrefix => assetBegins,
            _ => true,
        };
    }

    public IEnumerable<DeviceStage> Ordered() => search.Sort switch
    {
        DeviceSort.Asset => [Index("ix_devices_folded_asset", FoldedAsset)],
        DeviceSort.Key => [Index("ix_devices_folded_key", FoldedKey)],
        DeviceSort.Name => [Index("ix_devices_folded_name", FoldedName)],
        DeviceSort.Created => [ByCreation()],
        DeviceSort.Status => Enum.GetValues<DeviceStatus>().Select(status => Status((long)status)),
        DeviceSort.Product => products.Value.Values.OrderBy(product => DeviceConditions.Fold(product.Name), StringComparer.Ordinal).ThenBy(product => product.Id)
            .Select(OfProduct),
        _ => BestMatch(),
    };

    /// <summary>Every device of the organization in order of creation.</summary>
    public static DeviceStage All() => new(0, "devices d");

    /// <summary>Every device that has all trigrams of the terms, in order of creation.</summary>
    public DeviceStage ByTrigrams(long tag = 0) => new(tag, "device_search f CROSS JOIN devices d ON d.id = f.rowid")
    {
        NumbersFrom = "device_search f",
        RowNumber = "f.rowid",
        Leading = sql => sql.Add("f.device_search MATCH ").Value(TrigramQuery()),
        Implied = [.. TrigramTerms.Where(IsOneTrigram)],
        HasPending = hasPending.Value,
    };

    public static DeviceStage Status(long status) => Equal(status, "ix_devices_status", "d.status", status);

    public static DeviceStage OfProduct(Product product) => Equal(product.Id, "ix_devices_product_id", "d.product_id", product.Id);

    /// <summary>
    /// Devices whose credential was changed, once for each change; nothing when no term is about that.
    /// </summary>
    public static DeviceStage? Changes(DeviceSearch search)
    {
        var terms = search.Comparisons.Where(term => term.Field is DeviceField.Replaced or DeviceField.State or DeviceField.Secret or DeviceField.Reason).ToList();
        if (terms.Count == 0)
        {
            return null;
        }

        var isWaiting = terms.Any(term => term is { Field: DeviceField.State, Values: ["awaiting"] });
        var since = terms.Where(term => term.Field == DeviceField.Replaced)
            .Select(term => DeviceAge.TryParse(term.Value, out var age) && age.IsWithin ? age.Before(search.Now).ToUnixTimeMilliseconds() : 0).DefaultIfEmpty().Max();
        return new DeviceStage(0, "")
        {
            From = sql => sql.Add("(SELECT device_id FROM replacements ").Add(isWaiting ? "INDEXED BY ix_replacements_waiting " : "")
                .Add("WHERE organization_number = ").Value(search.OrganizationNumber).Add(" AND at >= ").Value(since).Add(isWaiting ? " AND state = 0" : "")
                .Add(" LIMIT ").Value(DeviceWalk.MaxExamined + 1L).Add(") c CROSS JOIN devices d ON d.id = c.device_id"),
        };
    }

    public DeviceStage Prefix(Comparison term) => Prefix(
        0, term.Field == DeviceField.Key ? "ix_devices_folded_key" : "ix_devices_folded_asset",
        term.Field == DeviceField.Key ? FoldedKey : FoldedAsset, DeviceConditions.Fold(term.Value), term);

    public DeviceStage Index(string index, string key) => new(0, $"devices d INDEXED BY {index}") { Key = key, Leading = OfOrganization };

    public DeviceStage ByCreation() => Index("ix_devices_created", "d.created_at");

    /// <summary>Three ASCII characters are one trigram: the index alone knows who has it.</summary>
    private static bool IsOneTrigram(Comparison term) =>
        term.Field == DeviceField.Text && term.Values.All(value => value.Length == DeviceConditions.TrigramLength && value.All(char.IsAscii));

    /// <summary>The trigrams of the terms: enough of each text to cover it, and where a term has several texts, those of any.</summary>
    private string TrigramQuery()
    {
        var query = new StringBuilder();
        foreach (var term in TrigramTerms)
        {
            query.Append(query.Length == 0 ? "(" : " AND (").AppendJoin(" OR ", term.Values.Select(Trigrams)).Append(')');
        }

        return query.ToString();
    }

    public static string Trigrams(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var starts = Enumerable.Range(0, runes.Length - 2).Where(start => start % 3 == 0 || start == runes.Length - 3);
        return "(" + string.Join(" AND ", starts.Select(start =>
            $"\"{string.Concat(runes[start], runes[start + 1], runes[start + 2]).Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + ")";
    }

    /// <summary>As the terms suggest when nothing else was asked for.</summary>
    public IEnumerable<DeviceStage> BestMatch()
    {
        if (Leading is not null)
        {
            return ByRank(Leading);
        }

        if (TrigramTerms.Count > 0)
        {
            return [ByTrigrams()];
        }

        // What is asked for by one beginning, status, product or age is best listed in that order.
        return PrefixTerms.FirstOrDefault(term => term.Values.Count == 1) is { } prefix ? [Prefix(prefix)]
            : Find(DeviceField.Status) is { } statuses && DeviceExpression.StatusesOf(statuses) is [var status] ? [Status((long)status) with { Implied = [statuses] }]
            : Find(DeviceField.Product) is { } term && conditions.ProductsOf(term) is [var product] ? [OfProduct(product) with { Implied = [term] }]
            : Find(DeviceField.Created) is not null ? [ByCreation()]
            : [All()];
    }

    private Comparison? Find(DeviceField field) => search.Comparisons.FirstOrDefault(term => term.Field == field);

    /// <summary>The key itself, the asset itself, keys, then assets that begin so, then the rest.</summary>
    private IEnumerable<DeviceStage> ByRank(Comparison word)
    {
        var text = DeviceConditions.Fold(word.Value);
        yield return Exactly(ExactKey, "ix_devices_folded_key", FoldedKey, text, word);
        var asset = Exactly(ExactAsset, "ix_devices_folded_asset", FoldedAsset, text, word);
        yield return asset with { Belongs = And(asset.Belongs!, sql => sql.Add($"{FoldedKey} <> ").Value(text)) };
        void NotExact(SqlText sql) => sql.Add($"{FoldedKey} <> ").Value(text).Add($" AND {FoldedAsset} <> ").Value(text);
        var keys = Prefix(KeyPrefix, "ix_devices_folded_key", FoldedKey, text, word);
        yield return keys with { Belongs = And(keys.Belongs!, NotExact) };
        var assets = Prefix(AssetPrefix, "ix_devices_folded_asset", FoldedAsset, text, word);
        yield return assets with { Belongs = And(assets.Belongs!, And(NotExact, BeginsNot(FoldedKey)!)) };
        if (TrigramTerms.Contains(word))
        {
            yield return ByTrigrams(Within) with { Belongs = BeginsNot(FoldedKey, FoldedAsset) };
        }
        else
        {
            var names = Prefix(NamePrefix, "ix_devices_folded_name", FoldedName, text, word);
            yield return names with { Belongs = And(names.Belongs!, BeginsNot(FoldedKey, FoldedAsset)!) };
            var namesZh = Prefix(NameZhPrefix, "ix_devices_folded_name_zh", FoldedNameZh, text, word);
            yield return namesZh with
            {
                Leading = And(namesZh.Leading!, sql => sql.Add("d.name_zh IS NOT NULL")),
                Belongs = And(namesZh.Belongs!, BeginsNot(FoldedKey, FoldedAsset, FoldedName)!),
            };
        }
    }

    /// <summary>None of these begins with the leading word; nothing when there are none.</summary>
    private Action<SqlText>? BeginsNot(params IEnumerable<string?> keys)
    {
        var known = keys.OfType<string>().ToList();
        return known.Count == 0 ? null : sql => sql.Join(" AND ", known.Select<string, Action<SqlText>>(key => part =>
        {
            BeginsSo(key)(part.Add("NOT ("));
            part.Add(")");
        }));
    }

    private static Action<SqlText> And(Action<SqlText> first, Action<SqlText> second) => sql =>
    {
        first(sql);
        sql.Add(" AND ");
        second(sql);
    };

    private static DeviceStage Equal(long tag, string index, string column, long value)
    {
        void IsEqual(SqlText sql) => sql.Add($"{column} = ").Value(value);
        return new(tag, $"devices d INDEXED BY {index}") { Leading = IsEqual, Belongs = IsEqual };
    }

    private DeviceStage Exactly(long tag, string index, string key, string text, Comparison implied)
    {
        void IsEqual(SqlText sql) => sql.Add($"{key} = ").Value(text);
        return new(tag, $"devices d INDEXED BY {index}") { Leading = And(OfOrganization, IsEqual), Belongs = IsEqual, Implied = [implied] };
    }

    private DeviceStage Prefix(long tag, string index, string key, string text, Comparison implied) => Index(index, key) with
    {
        Tag = tag,
        Low = text,
        High = End(text),
        Belongs = Begins(key, text),
        Implied = [implied],
    };

    private Action<SqlText> BeginsSo(string key) => Begins(key, DeviceConditions.Fold(Leading!.Value));

    private static Action<SqlText> Begins(string key, string text) => sql =>
        sql.Add($"{key} >= ").Value(text).Add($" AND {key} < ").Value(End(text));

    private void OfOrganization(SqlText sql) => sql.Add("d.organization_number = ").Value(search.OrganizationNumber);

    /// <summary>Above every text that begins with this one: U+10FFFF is no character and the highest there is.</summary>
    private static string End(string text) => text + "\U0010FFFF";
}
