using System.Text;

namespace Portal.Core.Devices.Search;

/// <summary>What a term of the search box is about; <see cref="Text"/> is free text, the others are written <c>name:value</c>.</summary>
public enum DeviceField
{
    Text,
    Status,
    Product,
    Key,
    Asset,
    Name,
    Former,
    Replaced,
    Seen,
    Created,
    State,
    Secret,
    Reason,
}

/// <summary>One condition of a search; all terms of a query must hold, one of a term's values is enough.</summary>
public sealed class DeviceTerm : IEquatable<DeviceTerm>
{
    private DeviceTerm(DeviceField field, IReadOnlyList<string> values, int position, int length) =>
        (Field, Values, Position, Length) = (field, values, position, length);

    public DeviceField Field { get; }

    /// <summary>Never empty. Prefixes without their asterisk, ages as <c>&lt;7d</c>, the rest as written.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Where it stands in the text that was read; 0 when it was made by hand.</summary>
    public int Position { get; }

    public int Length { get; }

    /// <summary>The only value of a term that cannot have more.</summary>
    public string Value => Values[0];

    /// <summary>A term for a chip that is added; the values are checked when the text is read.</summary>
    public static DeviceTerm Of(DeviceField field, params IReadOnlyList<string> values) => new(field, values, 0, 0);

    internal static DeviceTerm At(DeviceField field, IReadOnlyList<string> values, int position, int length) => new(field, values, position, length);

    public bool Equals(DeviceTerm? other) => other is not null && Field == other.Field && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as DeviceTerm);

    public override int GetHashCode() => HashCode.Combine(Field, Values.Count, Value);

    /// <summary>The term as the search box shows it; read again it is the same term.</summary>
    public override string ToString()
    {
        if (Field == DeviceField.Text)
        {
            return Quote(Value, DeviceQueryText.NeedsQuotes(Value));
        }

        var text = new StringBuilder(Fields.NameOf(Field)).Append(':');
        return text.AppendJoin(',', Values.Select(value => Quote(value, value.AsSpan().ContainsAny(DeviceQueryText.Special)))).ToString();
    }

    private static string Quote(string value, bool quoted) =>
        quoted ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

    /// <summary>Names of the fields and what they may hold.</summary>
    internal static class Fields
    {
        public static IReadOnlyList<(string Name, DeviceField Field)> All { get; } =
            [.. Enum.GetValues<DeviceField>().Where(field => field != DeviceField.Text).Select(field => (NameOf(field), field))];

        public static string NameOf(DeviceField field) => field.ToString().ToLowerInvariant();

        /// <summary>The words that a field may hold, or nothing when it takes any text.</summary>
        public static IReadOnlyList<string> WordsOf(DeviceField field) => field switch
        {
            DeviceField.Status => ["inactive", "online", "offline", "disabled"],
            DeviceField.State => ["awaiting", "connected", "superseded"],
            DeviceField.Secret => ["not-requested", "not-confirmed", "confirmed", "never-confirmed"],
            DeviceField.Reason => ["broken", "upgrade", "stolen", "other"],
            _ => [],
        };

        public static bool IsAge(DeviceField field) => field is DeviceField.Replaced or DeviceField.Seen or DeviceField.Created;

        public static bool IsPrefix(DeviceField field) => field is DeviceField.Key or DeviceField.Asset or DeviceField.Product;
    }
}
