using System.Text.Json;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Comparison = Portal.Core.Expressions.Filter<Portal.Core.Devices.Search.DeviceField>.Comparison;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>A search as conditions on a row <c>d</c> of <c>devices</c>: exact, whatever index found the row.</summary>
internal sealed class DeviceConditions(DeviceSearch search, Lazy<Dictionary<long, Product>> products)
{
    /// <summary>Shorter texts have no trigram: they are looked for at the beginning of keys, asset IDs and names.</summary>
    public const int TrigramLength = 3;

    private const string LatestReplacement =
        "EXISTS (SELECT 1 FROM replacements r WHERE r.id = (SELECT max(x.id) FROM replacements x WHERE x.device_id = d.id AND x.kind = 0) AND ";

    private const string LatestChange =
        "EXISTS (SELECT 1 FROM replacements r LEFT JOIN reveal_grants g ON g.id = r.reveal_grant_id WHERE r.id = (SELECT max(x.id) FROM replacements x WHERE x.device_id = d.id) AND (";

    /// <summary>Upper and lower case of ASCII letters are the same, as in SQLite's <c>lower()</c> and <c>LIKE</c>.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (folded, source) =>
    {
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        }
    });

    public static bool HasTrigram(string text) => text.EnumerateRunes().Skip(TrigramLength - 1).Any();

    /// <summary>All of the parts, each in parentheses.</summary>
    public SqlText Add(SqlText sql, IReadOnlyCollection<Filter<DeviceField>> parts) => parts.Count == 0 ? sql.Add("1") : AddJoined(sql, " AND ", parts);

    /// <summary>The products whose devices fulfil a comparison; nothing when it is not about the product.</summary>
    public IReadOnlyList<Product>? ProductsOf(Comparison comparison) => comparison switch
    {
        { Field: DeviceField.Product, Operator: FilterOperator.Begins } => ProductsWhere(product => comparison.Values.Any(value =>
            Begins(product.ProductKey, value) || Begins(product.Name, value) || (product.NameZh is { } nameZh && Begins(nameZh, value)))),
        { Field: DeviceField.Product } => ProductsWhere(product => comparison.Values.Contains(product.ProductKey)),
        { Field: DeviceField.ModelId } => ProductsWhere(product => comparison.Values.Contains(product.ModelId)),
        { Field: DeviceField.ProductType } => ProductsWhere(product => comparison.Values.Contains(product.Type.ToString(), StringComparer.OrdinalIgnoreCase)),
        _ => null,
    };

    private List<Product> ProductsWhere(Func<Product, bool> isMatch) => [.. products.Value.Values.Where(isMatch)];

    private static bool Begins(string text, string value) => Fold(text).StartsWith(Fold(value), StringComparison.Ordinal);

    private SqlText AddJoined(SqlText sql, string separator, IEnumerable<Filter<DeviceField>> parts) =>
        sql.Join(separator, parts.Select<Filter<DeviceField>, Action<SqlText>>(part => inner =>
        {
            Add(inner.Add("("), part);
            inner.Add(")");
        }));

    private void Add(SqlText sql, Filter<DeviceField> filter)
    {
        switch (filter)
        {
            case Filter<DeviceField>.All all:
                Add(sql, all.Parts);
                break;
            case Filter<DeviceField>.Any any:
                AddJoined(sql, " OR ", any.Parts);
                break;
            case Filter<DeviceField>.Not not:
                // What is not known is not fulfilled, so its opposite is: NOT alone would leave it unknown.
                Add(sql.Add("NOT coalesce("), not.Part);
                sql.Add(", 0)");
                break;
            case Comparison comparison:
                Add(sql, comparison);
                break;
        }
    }

    private void Add(SqlText sql, Comparison comparison)
    {
        switch (comparison.Field)
        {
            case DeviceField.Status:
                AddNumbers(sql.Add("d.status"), DeviceExpression.StatusesOf(comparison).Select(status => (long)status));
                break;
            case DeviceField.Product when comparison.Operator == FilterOperator.Begins:
                AddNumbers(sql.Add("d.product_id"), ProductsOf(comparison)!.Select(product => product.Id));
                break;
            case DeviceField.Product or DeviceField.ProductType or DeviceField.ModelId:
                AddIsOneOf(sql, "d.product_id", ProductsOf(comparison)!.Select(product => product.Id));
                break;
            case DeviceField.Asset or DeviceField.Key when comparison.Operator == FilterOperator.IsOneOf:
                AddIsOneOf(sql, comparison.Field == DeviceField.Key ? "d.device_key" : "d.asset_id", comparison.Values);
                break;
            case DeviceField.FirmwareVersion:
                sql.Add("0"); // no device of the portal says its version
                break;
            case DeviceField.Name when comparison.Operator == FilterOperator.Like:
                AddName(sql, comparison.Member, comparison.Value);
                break;
            case DeviceField.Tags or DeviceField.Attributes:
                AddMember(sql, comparison.Field == DeviceField.Tags ? "d.tags" : "d.attributes", comparison);
                break;
            case DeviceField.Replaced:
                AddAge(sql.Add(LatestReplacement), "r.at", comparison).Add(")");
                break;
            case DeviceField.Created:
                AddAge(sql, "d.created_at", comparison);
                break;
            case DeviceField.Seen:
                AddSeen(sql, comparison);
                break;
            case DeviceField.Reason:
                AddNumbers(sql.Add(LatestReplacement).Add("r.reason"), comparison.Values.Select(value => (long)Enum.Parse<ReplacementReason>(value, ignoreCase: true)));
                sql.Add(")");
                break;
            case DeviceField.State or DeviceField.Secret:
                sql.Join(" OR ", comparison.Values.Select<string, Action<SqlText>>(value => part => AddLatest(part, value)));
                break;
            default:
                sql.Join(" OR ", comparison.Values.Select<string, Action<SqlText>>(value => part => AddText(part, comparison.Field, value)));
                break;
        }
    }

    private static SqlText AddNumbers(SqlText sql, IEnumerable<long> numbers) =>
        sql.Add(" IN (").Join(",", numbers.Select<long, Action<SqlText>>(number => part => part.Value(number))).Add(")");

    /// <summary>One value or a list, which is one parameter however long it is.</summary>
    /// <remarks>
    /// The plus keeps SQLite from putting the value into the other conditions of the statement: into
    /// <c>lower(d.device_key)</c>, that takes the row's folded index away and finds nothing. Look-ups choose the index.
    /// </remarks>
    private static void AddIsOneOf<T>(SqlText sql, string column, IEnumerable<T> values)
        where T : notnull
    {
        if (values.Take(2).ToList() is [var only])
        {
            sql.Add("+").Add(column).Add(" = ").Value(only);
        }
        else
        {
            sql.Add("+").Add(column).Add(" IN (SELECT value FROM json_each(").Value(JsonSerializer.Serialize(values)).Add("))");
        }
    }

    private static void AddName(SqlText sql, string? language, string text)
    {
        string[] columns = language switch
        {
            null => ["d.name", "d.name_zh", "d.name_en"],
            NameLanguages.Chinese => ["coalesce(d.name_zh, d.name)"],
            NameLanguages.English => ["coalesce(d.name_en, d.name)"],
            _ => ["d.name"],
        };
        AddLike(sql, columns, $"%{Escape(text)}%");
    }

    private static void AddText(SqlText sql, DeviceField field, string value)
    {
        var isPrefix = !HasTrigram(value) || field is DeviceField.Key or DeviceField.Asset;
        string[] columns = field switch
        {
            DeviceField.Key => ["d.device_key"],
            DeviceField.Asset => ["d.asset_id"],
            DeviceField.Name => ["d.name", "d.name_zh"],
            DeviceField.Former when isPrefix => ["char(10) || d.former_keys"],
            DeviceField.Former => ["d.former_keys"],
            _ when isPrefix => ["d.device_key", "d.asset_id", "d.name", "d.name_zh"],
            _ => ["d.device_key", "d.asset_id", "d.name", "d.name_zh", "d.former_keys"],
        };
        AddLike(sql, columns, (!isPrefix ? "%" : field == DeviceField.Former ? "%\n" : "") + Escape(value) + "%");
    }

    private static void AddLike(SqlText sql, IEnumerable<string> columns, string pattern) =>
        sql.Join(" OR ", columns.Select<string, Action<SqlText>>(column => part => part.Add(column).Add(" LIKE ").Value(pattern).Add(@" ESCAPE '\'")));

    private static string Escape(string value) => value
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    /// <summary>A member is looked up by its name as a value: a path would be a language of its own.</summary>
    private static void AddMember(SqlText sql, string column, Comparison comparison)
    {
        sql.Add("EXISTS (SELECT 1 FROM json_each(").Add(column).Add(") m WHERE m.key = ").Value(comparison.Member!);
        if (comparison.Operator == FilterOperator.Exists)
        {
            sql.Add(" AND m.type <> 'null')");
            return;
        }

        var texts = JsonSerializer.Serialize(comparison.Values);
        sql.Add(" AND CASE m.type WHEN 'text' THEN m.value IN (SELECT value FROM json_each(").Value(texts)
            .Add(")) WHEN 'integer' THEN m.value IN (SELECT value FROM json_each(").Value(Numbers(comparison))
            .Add(")) WHEN 'real' THEN m.value IN (SELECT value FROM json_each(").Value(Numbers(comparison))
            .Add(")) WHEN 'true' THEN 'true' IN (SELECT value FROM json_each(").Value(texts)
            .Add(")) WHEN 'false' THEN 'false' IN (SELECT value FROM json_each(").Value(texts).Add(")) ELSE 0 END)");
    }

    private static string Numbers(Comparison comparison) => JsonSerializer.Serialize(
        comparison.Values.Select(value => (IsNumber: ExpressionScanner.TryNumber(value, out var number), Number: number)).Where(value => value.IsNumber).Select(value => value.Number));

    private SqlText AddAge(SqlText sql, string column, Comparison comparison) => DeviceAge.TryParse(comparison.Value, out var age)
        ? sql.Add(column).Add(age.IsWithin ? " >= " : " < ").Value(age.Before(search.Now).ToUnixTimeMilliseconds())
        : throw new InvalidOperationException($"'{comparison.Value}' was not checked.");

    /// <summary>A device that is online is seen now, however long ago it signed in; one that never was is not old.</summary>
    private void AddSeen(SqlText sql, Comparison comparison)
    {
        var online = (long)DeviceStatus.Online;
        if (comparison.Value[0] == '<')
        {
            sql.Add("d.status = ").Value(online).Add(" OR ");
        }
        else
        {
            sql.Add("d.status <> ").Value(online).Add(" AND coalesce(d.last_online_at, d.last_offline_at) IS NOT NULL AND ");
        }

        AddAge(sql, "max(coalesce(d.last_online_at, 0), coalesce(d.last_offline_at, 0))", comparison);
    }

    /// <summary>What <see cref="Reveals.SecretConfirmations"/> says, in SQL.</summary>
    private void AddLatest(SqlText sql, string value)
    {
        if (value == "superseded")
        {
            sql.Add("EXISTS (SELECT 1 FROM replacements x WHERE x.device_id = d.id AND x.state = 2)");
            return;
        }

        sql.Add(LatestChange);
        switch (value)
        {
            case "awaiting":
                sql.Add("r.state = 0");
                break;
            case "connected":
                sql.Add("r.state = 1");
                break;
            case "not-requested":
                sql.Add("g.id IS NULL");
                break;
            case "confirmed":
                sql.Add("g.close_reason IN (1, 4)");
                break;
            case "not-confirmed":
                sql.Add("coalesce(g.close_reason, 0) NOT IN (1, 4) AND g.state = 0 AND g.expires_at > ").Value(search.SteadyNow.ToUnixTimeMilliseconds());
                break;
            default:
                sql.Add("g.id IS NOT NULL AND coalesce(g.close_reason, 0) NOT IN (1, 4) AND NOT (g.state = 0 AND g.expires_at > ")
                    .Value(search.SteadyNow.ToUnixTimeMilliseconds()).Add(")");
                break;
        }

        sql.Add("))");
    }
}
