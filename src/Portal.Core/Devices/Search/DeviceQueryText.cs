using System.Buffers;
using System.Globalization;
using System.Text;
using Portal.Core.Expressions;
using static Portal.Core.Devices.Search.DeviceTerm;

namespace Portal.Core.Devices.Search;

public enum DeviceQueryFault
{
    TooLong,
    UnknownField,
    ValueMissing,
    ValueUnknown,
    AgeInvalid,
    AsteriskInside,
    OneValueOnly,
}

/// <summary>The text of a search says something that cannot be looked for.</summary>
/// <param name="Field">Name of the field as written.</param>
/// <param name="Position">Where in the text, from 0.</param>
/// <param name="Expected">What would be right.</param>
public sealed record DeviceQueryInvalid(DeviceQueryFault Fault, string Field, int Position, string Found, string Expected)
    : Error($"Search, character {Position + 1}, '{Field}': {Expected}.")
{
    /// <summary>All that the field takes, if it takes only some words. They are part of the query, so no language changes them.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>
/// The text of the search box, read: free words, <c>"quoted phrases"</c> and <c>field:value</c> terms. What stands
/// before a colon and is no field, such as <c>SN:1234</c>, is free text, unless it looks like a misspelt field.
/// </summary>
public sealed class DeviceQueryText
{
    public const int MaxLength = 500;
    public const int MaxTerms = 24;

    internal static readonly SearchValues<char> Special = SearchValues.Create("\", *\t\r\n");

    private DeviceQueryText(IReadOnlyList<DeviceTerm> terms) => Terms = terms;

    public static DeviceQueryText Empty { get; } = new([]);

    public IReadOnlyList<DeviceTerm> Terms { get; }

    /// <summary>What a device must fulfil: every term.</summary>
    public Filter<DeviceField> ToFilter() => new Filter<DeviceField>.All([.. Terms.Select(term => term.Comparison)]);

    /// <returns>The terms, or <see cref="DeviceQueryInvalid"/>.</returns>
    public static Result<DeviceQueryText> Parse(string? text)
    {
        if (text is { Length: > MaxLength })
        {
            return new DeviceQueryInvalid(DeviceQueryFault.TooLong, "text", MaxLength, "", $"at most {MaxLength} characters");
        }

        var terms = new List<DeviceTerm>();
        var scanner = new Scanner(text ?? "");
        while (scanner.SkipBlanks())
        {
            var result = ReadTerm(ref scanner);
            if (result is { Error: { } error })
            {
                return error;
            }

            if (result.Term is { } term && !terms.Contains(term))
            {
                terms.Add(term);
            }

            if (terms.Count > MaxTerms)
            {
                return new DeviceQueryInvalid(DeviceQueryFault.TooLong, "text", scanner.Position, "", $"at most {MaxTerms} terms");
            }
        }

        return new DeviceQueryText(terms);
    }

    /// <summary>With the term; one of the same field that asks for one thing only is replaced.</summary>
    public DeviceQueryText With(DeviceTerm term) => new([
        .. Terms.Where(known => !known.Equals(term) && (known.Field != term.Field || term.Field is DeviceField.Text)), term]);

    public DeviceQueryText Without(DeviceTerm term) => new([.. Terms.Where(known => !known.Equals(term))]);

    /// <summary>The text that, read again, gives the same terms.</summary>
    public override string ToString() => string.Join(' ', Terms);

    /// <summary>Whether a free text must stand in quotes to be read as it is.</summary>
    internal static bool NeedsQuotes(string value)
    {
        if (value.AsSpan().ContainsAny(' ', '"') || value.EndsWith('*') || value.Any(IsBlank))
        {
            return true;
        }

        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && (FindField(value[..colon]) is not null || FindSimilar(value[..colon]) is not null);
    }

    private static bool IsBlank(char character) => char.IsWhiteSpace(character) || char.IsControl(character);

    private static (DeviceTerm? Term, Error? Error) ReadTerm(ref Scanner scanner)
    {
        if (scanner.Current == '"')
        {
            var phrase = scanner.ReadQuoted().Trim();
            return (phrase.Length == 0 ? null : DeviceTerm.Of(DeviceField.Text, phrase), null);
        }

        var name = scanner.PeekName();
        if (name.Length > 0 && FindField(name) is { } field)
        {
            scanner.Skip(name.Length + 1);
            return ReadField(ref scanner, field, name);
        }

        if (name.Length > 0 && FindSimilar(name) is { } similar)
        {
            return (null, new DeviceQueryInvalid(
                DeviceQueryFault.UnknownField, name, scanner.Position, name, $"did you mean '{similar}:'? To look for this very text, put it in quotes"));
        }

        var word = scanner.ReadWord().TrimEnd('*');
        return (word.Length == 0 ? null : DeviceTerm.Of(DeviceField.Text, word), null);
    }

    private static (DeviceTerm? Term, Error? Error) ReadField(ref Scanner scanner, DeviceField field, string name)
    {
        var values = new List<string>();
        do
        {
            var position = scanner.Position;
            var quoted = scanner.Current == '"';
            var value = quoted ? scanner.ReadQuoted().Trim() : scanner.ReadValue();
            if (Check(field, ref value, quoted) is { } fault)
            {
                return (null, new DeviceQueryInvalid(fault, name, position, value, Expected(field, fault)) { Words = Fields.WordsOf(field) });
            }

            if (values.Count > 0 && Fields.IsAge(field))
            {
                return (null, new DeviceQueryInvalid(DeviceQueryFault.OneValueOnly, name, position, value, Expected(field, DeviceQueryFault.OneValueOnly)));
            }

            if (!values.Contains(value))
            {
                values.Add(value);
            }
        }
        while (scanner.SkipComma());

        return (DeviceTerm.Of(field, values), null);
    }

    private static DeviceQueryFault? Check(DeviceField field, ref string value, bool quoted)
    {
        if (Fields.IsAge(field))
        {
            return DeviceAge.TryParse(value, out _) ? null : value.Length == 0 ? DeviceQueryFault.ValueMissing : DeviceQueryFault.AgeInvalid;
        }

        if (!quoted)
        {
            value = Fields.WordsOf(field).Count > 0 ? value.ToLowerInvariant() : value.TrimEnd('*');
        }

        return value.Length == 0 ? DeviceQueryFault.ValueMissing
            : Fields.WordsOf(field) is { Count: > 0 } words && !words.Contains(value) ? DeviceQueryFault.ValueUnknown
            : !quoted && value.Contains('*', StringComparison.Ordinal) ? DeviceQueryFault.AsteriskInside
            : null;
    }

    private static string Expected(DeviceField field, DeviceQueryFault fault) => fault switch
    {
        DeviceQueryFault.AsteriskInside => "an asterisk can only end a value; put the value in quotes to look for the character itself",
        DeviceQueryFault.OneValueOnly => "one age only, such as <7d",
        _ when Fields.IsAge(field) => "an age such as <7d (within 7 days) or >12h (longer ago); units m, h, d, w",
        _ when Fields.WordsOf(field) is { Count: > 0 } words => $"one or more of {string.Join(", ", words)}",
        _ => "some text after the colon",
    };

    private static DeviceField? FindField(string name)
    {
        foreach (var (known, field) in Fields.All)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>A field that a lower-case word was probably meant to be: one letter wrong, missing, too many or swapped.</summary>
    private static string? FindSimilar(string name) => name.Length < 3 || name.Any(char.IsAsciiLetterUpper)
        ? null
        : Fields.All.Select(field => field.Name).FirstOrDefault(known => IsOneSlipFrom(known, name));

    private static bool IsOneSlipFrom(string known, string name)
    {
        var same = known.AsSpan().CommonPrefixLength(name);
        var left = known.AsSpan(same);
        var right = name.AsSpan(same);
        return Math.Abs(left.Length - right.Length) <= 1 && (
            (left.Length > 0 && right.Length > 0 && left[1..].SequenceEqual(right[1..]))
            || (left.Length > 0 && left[1..].SequenceEqual(right))
            || (right.Length > 0 && right[1..].SequenceEqual(left))
            || (left.Length > 1 && right.Length > 1 && left[0] == right[1] && left[1] == right[0] && left[2..].SequenceEqual(right[2..])));
    }

    private ref struct Scanner(string text)
    {
        public int Position { get; private set; }

        public readonly char Current => Position < text.Length ? text[Position] : '\0';

        public bool SkipBlanks()
        {
            while (Position < text.Length && IsBlank(text[Position]))
            {
                Position++;
            }

            return Position < text.Length;
        }

        public bool SkipComma()
        {
            var isComma = Current == ',';
            Position += isComma ? 1 : 0;
            return isComma;
        }

        public void Skip(int count) => Position += count;

        /// <summary>The letters before a colon, if that is what comes next.</summary>
        public readonly string PeekName()
        {
            var end = Position;
            while (end < text.Length && char.IsAsciiLetter(text[end]))
            {
                end++;
            }

            return end < text.Length && text[end] == ':' ? text[Position..end] : "";
        }

        public string ReadWord() => ReadWhile(static character => !IsBlank(character));

        public string ReadValue() => ReadWhile(static character => !IsBlank(character) && character != ',');

        /// <summary>Up to the closing quote, or to the end where there is none; <c>""</c> stands for one quote.</summary>
        public string ReadQuoted()
        {
            var value = new StringBuilder();
            for (Position++; Position < text.Length; Position++)
            {
                if (text[Position] == '"')
                {
                    Position++;
                    if (Current != '"')
                    {
                        break;
                    }
                }

                value.Append(IsBlank(text[Position]) ? ' ' : text[Position]);
            }

            return value.ToString();
        }

        private string ReadWhile(Func<char, bool> belongs)
        {
            var start = Position;
            while (Position < text.Length && belongs(text[Position]))
            {
                Position++;
            }

            return text[start..Position];
        }
    }
}

/// <summary>An age such as <c>&lt;7d</c> (within the last seven days) or <c>&gt;12h</c> (longer ago than twelve hours).</summary>
public readonly record struct DeviceAge(bool IsWithin, TimeSpan Span)
{
    private const int MaxNumber = 9999;

    public static bool TryParse(string text, out DeviceAge age)
    {
        age = default;
        if (text.Length < 3 || text[0] is not ('<' or '>')
            || !int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > MaxNumber)
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        age = new DeviceAge(text[0] == '<', number * (unit ?? TimeSpan.Zero));
        return unit is not null;
    }

    /// <summary>The instant that divides "within" from "longer ago".</summary>
    public DateTimeOffset Before(DateTimeOffset now) => now - Span;
}
