namespace Portal.Features.Devices;

/// <summary>Columns that a person may show, hide and move, in their usual order; the asset always comes first.</summary>
public enum DeviceColumn
{
    Name,
    Key,
    Product,
    Replaced,
    Created,
    Status,
    Seen,
}

/// <summary>The columns that a grid shows, in the order in which it shows them.</summary>
public sealed class DeviceColumns : IEquatable<DeviceColumns>
{
    private const char Separator = '.';

    private static readonly DeviceColumn[] s_all = Enum.GetValues<DeviceColumn>();

    private readonly DeviceColumn[] _shown;

    private DeviceColumns(DeviceColumn[] shown) => _shown = shown;

    public static DeviceColumns Default { get; } = new([.. s_all.Where(column => column != DeviceColumn.Created)]);

    public IReadOnlyList<DeviceColumn> Shown => _shown;

    public IEnumerable<DeviceColumn> Hidden => s_all.Except(_shown);

    /// <summary>How each column is written in an address.</summary>
    public static IEnumerable<string> Words => s_all.Select(WordOf);

    public static DeviceColumns Of(params DeviceColumn[] shown) => new(shown);

    /// <summary>Reads what <see cref="ToString"/> gives; what is no column is left out.</summary>
    public static DeviceColumns Parse(string text) => new([.. text.Split(Separator).Select(Find).OfType<DeviceColumn>().Distinct()]);

    /// <summary>Whether <see cref="Parse"/> leaves nothing out.</summary>
    public static bool IsReadable(string text) => text.Length == 0 || text.Split(Separator).All(word => Find(word) is not null);

    public bool Has(DeviceColumn column) => _shown.Contains(column);

    /// <summary>Hides it, or shows it where it usually stands: before the first column that usually comes after it.</summary>
    public DeviceColumns Toggle(DeviceColumn column)
    {
        if (Has(column))
        {
            return new([.. _shown.Where(shown => shown != column)]);
        }

        var later = Array.FindIndex(_shown, shown => shown > column);
        return InsertAt(_shown, later < 0 ? _shown.Length : later, column);
    }

    /// <param name="by">Places to the right; negative to the left. It stops at the ends.</param>
    public DeviceColumns Move(DeviceColumn column, int by)
    {
        var from = Array.IndexOf(_shown, column);
        return from < 0 ? this : InsertAt([.. _shown.Where(shown => shown != column)], Math.Clamp(from + by, 0, _shown.Length - 1), column);
    }

    public bool Equals(DeviceColumns? other) => other is not null && _shown.AsSpan().SequenceEqual(other._shown);

    public override bool Equals(object? obj) => Equals(obj as DeviceColumns);

    public override int GetHashCode() => _shown.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join(Separator, _shown.Select(WordOf));

    private static DeviceColumns InsertAt(DeviceColumn[] shown, int index, DeviceColumn column) => new([.. shown[..index], column, .. shown[index..]]);

    private static string WordOf(DeviceColumn column) => column.ToString().ToLowerInvariant();

    private static DeviceColumn? Find(string word)
    {
        foreach (var column in s_all)
        {
            if (WordOf(column).Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return column;
            }
        }

        return null;
    }
}
