using System.Text.Json;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Products;
using Comparison = Portal.Core.Expressions.Filter<Portal.Core.Devices.Search.DeviceFilterField>.Comparison;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// An expression as a condition on a row <c>d</c> of <c>devices</c>. No part of it is ever NULL, so that <c>NOT</c> is
/// what the expression means by it.
/// </summary>
internal sealed class DeviceFilterConditions(Lazy<Dictionary<long, Product>> products)
{
    public void Add(SqlText sql, Filter<DeviceFilterField> filter)
    {
        switch (filter)
        {
            case Filter<DeviceFilterField>.All all:
                AddJoined(sql, " AND ", all.Parts);
                break;
            case Filter<DeviceFilterField>.Any any:
                AddJoined(sql, " OR ", any.Parts);
                break;
            case Filter<DeviceFilterField>.Not not:
                Add(sql.Add("NOT ("), not.Part);
                sql.Add(")");
                break;
            case Comparison comparison:
                AddComparison(sql, comparison);
                break;
        }
    }

    /// <summary>The products whose devices fulfil a comparison; nothing when it is not about the product.</summary>
    public IReadOnlyList<long>? ProductsOf(Comparison comparison) => comparison.Field switch
    {
        DeviceFilterField.ProductKey => ProductsWhere(product => comparison.Values.Contains(product.ProductKey)),
        DeviceFilterField.ModelId => ProductsWhere(product => comparison.Values.Contains(product.ModelId)),
        DeviceFilterField.ProductType => ProductsWhere(product => comparison.Values.Contains(product.Type.ToString(), StringComparer.OrdinalIgnoreCase)),
        _ => null,
    };

    private void AddJoined(SqlText sql, string separator, IReadOnlyList<Filter<DeviceFilterField>> parts) =>
        sql.Add("(").Join(separator, parts.Select<Filter<DeviceFilterField>, Action<SqlText>>(part => inner => Add(inner, part))).Add(")");

    private void AddComparison(SqlText sql, Comparison comparison)
    {
        switch (comparison.Field)
        {
            case DeviceFilterField.AssetId:
                AddIsOneOf(sql, "d.asset_id", comparison.Values);
                break;
            case DeviceFilterField.DeviceKey:
                AddIsOneOf(sql, "d.device_key", comparison.Values);
                break;
            case DeviceFilterField.Status:
                AddIsOneOf(sql, "d.status", DeviceExpression.StatusesOf(comparison).Select(status => (long)status));
                break;
            case DeviceFilterField.FirmwareVersion:
                sql.Add("0"); // no device of the portal says its version
                break;
            case DeviceFilterField.DeviceName:
                AddName(sql, comparison.Member, comparison.Value);
                break;
            case DeviceFilterField.DeviceTags:
                AddMember(sql, "d.tags", comparison);
                break;
            case DeviceFilterField.DeviceAttributes:
                AddMember(sql, "d.attributes", comparison);
                break;
            default:
                AddIsOneOf(sql, "d.product_id", ProductsOf(comparison)!);
                break;
        }
    }

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
            null => ["d.name", "coalesce(d.name_zh, '')", "coalesce(d.name_en, '')"],
            NameLanguages.Chinese => ["coalesce(d.name_zh, d.name)"],
            NameLanguages.English => ["coalesce(d.name_en, d.name)"],
            _ => ["d.name"],
        };
        var pattern = $"%{DeviceConditions.Escape(text)}%";
        sql.Add("(").Join(" OR ", columns.Select<string, Action<SqlText>>(column => part => part.Add(column).Add(" LIKE ").Value(pattern).Add(@" ESCAPE '\'"))).Add(")");
    }

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

    private List<long> ProductsWhere(Func<Product, bool> isMatch) => [.. products.Value.Values.Where(isMatch).Select(product => product.Id)];
}
