using System.Text;
using Portal.Core.Expressions;

namespace Portal.Core.Devices.Search;

/// <summary>One comparison as the search box writes it; all terms of a text must hold, one of a term's values is enough.</summary>
public sealed class DeviceTerm : IEquatable<DeviceTerm>
{
    private DeviceTerm(DeviceField field, IReadOnlyList<string> values) => Comparison = new(field, null, Fields.OperatorOf(field), values);

    public DeviceField Field => Comparison.Field;

    /// <summary>Never empty. Prefixes without their asterisk, ages as <c>&lt;7d</c>, the rest as written.</summary>
    public IReadOnlyList<string> Values => Comparison.Values;

    /// <summary>What it asks of a device.</summary>
    internal Filter<DeviceField>.Comparison Comparison { get; }

    /// <summary>A term for a chip that is added; the values are checked when the text is read.</summary>
    public static DeviceTerm Of(DeviceField field, params IReadOnlyList<string> values) => new(field, values);

    public bool Equals(DeviceTerm? other) => other is not null && Field == other.Field && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as DeviceTerm);

    public override int GetHashCode() => HashCode.Combine(Field, Values.Count, Values[0]);

    /// <summary>The term as the search box shows it; read again it is the same term.</summary>
    public override string ToString()
    {
        if (Field == DeviceField.Text)
        {
            return Quote(Values[0], DeviceQueryText.NeedsQuotes(Values[0]));
        }

        var text = new StringBuilder(Fields.NameOf(Field)).Append(':');
        return text.AppendJoin(',', Values.Select(value => Quote(value, value.AsSpan().ContainsAny(DeviceQueryText.Special)))).ToString();
    }

    private static string Quote(string value, bool quoted) =>
        quoted ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

    /// <summary>The fields that the search box offers as <c>name:value</c>, and what they may hold.</summary>
    internal static class Fields
    {
        public static IReadOnlyList<(string Name, DeviceField Field)> All { get; } =
        [
            .. new[]
            {
                DeviceField.Status, DeviceField.Product, DeviceField.Key, DeviceField.Asset, DeviceField.Name, DeviceField.Former, DeviceField.Replaced,
                DeviceField.Seen, DeviceField.Created, DeviceField.State, DeviceField.Secret, DeviceField.Reason,
            }.Select(field => (NameOf(field), field)),
        ];

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

        public static bool IsAge(DeviceField field) => OperatorOf(field) == FilterOperator.HasAge;

        public static FilterOperator OperatorOf(DeviceField field) => field switch
        {
            DeviceField.Key or DeviceField.Asset or DeviceField.Product => FilterOperator.Begins,
            DeviceField.Text or DeviceField.Name or DeviceField.Former => FilterOperator.Matches,
            DeviceField.Replaced or DeviceField.Seen or DeviceField.Created => FilterOperator.HasAge,
            _ => FilterOperator.IsOneOf,
        };
    }
}
