using System.Text;

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
