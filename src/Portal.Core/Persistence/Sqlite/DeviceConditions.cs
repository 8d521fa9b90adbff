using System.Text;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>SQL under construction: text, and the values of its parameters in order.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    public IReadOnlyList<object> Values => _values;

    public SqlText Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Adds a parameter, or the one that has this value already; no value ever becomes part of the text.</summary>
    public SqlText Value(object value)
    {
        var index = _values.IndexOf(value);
        if (index < 0)
        {
            index = _values.Count;
            _values.Add(value);
        }

        _text.Append("@p").Append(index);
        return this;
    }

    public SqlText Join(string separator, IEnumerable<Action<SqlText>> parts)
    {
        var isFirst = true;
        foreach (var part in parts)
        {
            _text.Append(isFirst ? "" : separator);
            part(this);
            isFirst = false;
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}

/// <summary>Terms of a search as conditions on a row <c>d</c> of <c>devices</c>: exact, whatever index found the row.</summary>
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

    public static bool HasTrigram(string text)
    {
        var runes = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            runes++;
        }

        return runes >= TrigramLength;
    }

    public void Add(SqlText sql, IEnumerable<DeviceTerm> terms)
    {
        var isEmpty = true;
        foreach (var term in terms)
        {
            sql.Add(isEmpty ? "(" : " AND (");
            Add(sql, term);
            sql.Add(")");
            isEmpty = false;
        }

        sql.Add(isEmpty ? "1" : "");
    }

    private void Add(SqlText sql, DeviceTerm term)
    {
        switch (term.Field)
        {
            case DeviceField.Status:
                sql.Add("d.status IN (").Join(",", StatusesOf(term).Select<DeviceStatus, Action<SqlText>>(status => part => part.Value((long)status))).Add(")");
                break;
            case DeviceField.Product:
                sql.Add("d.product_id IN (").Join(",", ProductsOf(term).Select<Product, Action<SqlText>>(product => part => part.Value(product.Id))).Add(")");
                break;
            case DeviceField.Replaced:
                AddAge(sql.Add(LatestReplacement), "r.at", term).Add(")");
                break;
            case DeviceField.Created:
                AddAge(sql, "d.created_at", term);
                break;
            case DeviceField.Seen:
                AddSeen(sql, term);
                break;
            case DeviceField.Reason:
                sql.Add(LatestReplacement).Add("r.reason IN (")
                    .Join(",", term.Values.Select<string, Action<SqlText>>(value => part => part.Value((long)Enum.Parse<ReplacementReason>(value, ignoreCase: true)))).Add("))");
                break;
            case DeviceField.State or DeviceField.Secret:
                sql.Join(" OR ", term.Values.Select<string, Action<SqlText>>(value => part => AddLatest(part, value)));
                break;
            default:
                sql.Join(" OR ", term.Values.Select<string, Action<SqlText>>(value => part => AddText(part, term.Field, value)));
                break;
        }
    }

    public static IEnumerable<DeviceStatus> StatusesOf(DeviceTerm term) =>
        term.Values.Select(value => Enum.Parse<DeviceStatus>(value, ignoreCase: true));

    /// <summary>Products by the beginning of their key or of one of their names.</summary>
    public IEnumerable<Product> ProductsOf(DeviceTerm term) => products.Value.Values.Where(product => term.Values.Any(value =>
        Fold(product.ProductKey).StartsWith(Fold(value), StringComparison.Ordinal)
        || Fold(product.Name).StartsWith(Fold(value), StringComparison.Ordinal)
        || (product.NameZh is { } nameZh && Fold(nameZh).StartsWith(Fold(value), StringComparison.Ordinal))));

    private static void AddText(SqlText sql, DeviceField field, string value)
    {
        var isPrefix = !HasTrigram(value) || field is DeviceField.Key or DeviceField.Asset;
        string[] columns = field switch
        {
            DeviceField.Key => ["device_key"],
            DeviceField.Asset => ["asset_id"],
            DeviceField.Name => ["name", "name_zh"],
            DeviceField.Former => [],
            _ => ["device_key", "asset_id", "name", "name_zh"],
        };
        var pattern = (isPrefix ? "" : "%") + Escape(value) + "%";
        sql.Join(" OR ", columns.Select<string, Action<SqlText>>(column => part => part.Add($"d.{column} LIKE ").Value(pattern).Add(@" ESCAPE '\'")));
        if (field == DeviceField.Former && isPrefix)
        {
            sql.Add("char(10) || d.former_keys LIKE ").Value("%\n" + Escape(value) + "%").Add(@" ESCAPE '\'");
        }
        else if (field == DeviceField.Former || (field == DeviceField.Text && !isPrefix))
        {
            sql.Add(columns.Length > 0 ? " OR " : "").Add("d.former_keys LIKE ").Value(pattern).Add(@" ESCAPE '\'");
        }
    }

    public static string Escape(string value) => value
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private SqlText AddAge(SqlText sql, string column, DeviceTerm term) => DeviceAge.TryParse(term.Value, out var age)
        ? sql.Add(column).Add(age.IsWithin ? " >= " : " < ").Value(age.Before(search.Now).ToUnixTimeMilliseconds())
        : throw new InvalidOperationException($"'{term.Value}' was not checked.");

    /// <summary>A device that is online is seen now, however long ago it signed in; one that never was is not old.</summary>
    private void AddSeen(SqlText sql, DeviceTerm term)
    {
        var online = (long)DeviceStatus.Online;
        if (term.Value[0] == '<')
        {
            sql.Add("d.status = ").Value(online).Add(" OR ");
        }
        else
        {
            sql.Add("d.status <> ").Value(online).Add(" AND coalesce(d.last_online_at, d.last_offline_at) IS NOT NULL AND ");
        }

        AddAge(sql, "max(coalesce(d.last_online_at, 0), coalesce(d.last_offline_at, 0))", term);
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
