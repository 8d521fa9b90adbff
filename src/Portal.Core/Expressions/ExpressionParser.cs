namespace Portal.Core.Expressions;

/// <summary>
/// Reads expressions as EnOS has them: comparisons of fields, joined by <c>and</c>, <c>or</c>, <c>not</c> and
/// parentheses; <c>and</c> binds closer than <c>or</c>. Words of the language in any case of letters, fields as written.
/// </summary>
public sealed class ExpressionParser<TField>(params IReadOnlyList<ExpressionField<TField>> fields)
    where TField : struct, Enum
{
    public const int MaxLength = 32_768;
    public const int MaxDepth = 32;
    public const int MaxComparisons = 100;
    public const int MaxValues = 1_000;
    public const int MaxValueLength = 512;

    /// <returns>The condition, or <see cref="ExpressionInvalid"/>.</returns>
    public Result<Filter<TField>> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return new ExpressionInvalid(MaxLength + 1, $"at most {MaxLength} characters");
        }

        var reading = new Reading(fields, text);
        return reading.Read() is { } filter ? filter : reading.Error!;
    }

    /// <summary>One reading of one text. Each method gives nothing once an error was found.</summary>
    private sealed class Reading(IReadOnlyList<ExpressionField<TField>> fields, string text)
    {
        private ExpressionScanner _scanner = new(text);
        private int _depth;
        private int _comparisons;
        private int _values;

        public ExpressionInvalid? Error { get; private set; }

        public Filter<TField>? Read()
        {
            var filter = ReadAny();
            return filter is null || _scanner.IsAtEnd() ? filter : Fail("'and', 'or' or the end");
        }

        private Filter<TField>? ReadAny() => ReadJoined("or", ReadAll, parts => new Filter<TField>.Any(parts));

        private Filter<TField>? ReadAll() => ReadJoined("and", ReadOne, parts => new Filter<TField>.All(parts));

        private Filter<TField>? ReadJoined(string word, Func<Filter<TField>?> read, Func<List<Filter<TField>>, Filter<TField>> join)
        {
            var parts = new List<Filter<TField>>();
            do
            {
                if (read() is not { } part)
                {
                    return null;
                }

                parts.Add(part);
            }
            while (_scanner.SkipWord(word));

            return parts is [var only] ? only : join(parts);
        }

        private Filter<TField>? ReadOne()
        {
            _scanner.Peek();
            var start = _scanner.Position;
            if (_scanner.SkipWord("not"))
            {
                return Deeper(start, ReadOne) is { } part ? new Filter<TField>.Not(part) : null;
            }

            if (_scanner.SkipWord("exists"))
            {
                return ReadExists(start);
            }

            if (!_scanner.Skip("("))
            {
                return ReadComparison(start);
            }

            return Deeper(start, ReadAny) is not { } inner ? null : _scanner.Skip(")") ? inner : Fail("'and', 'or' or ')'");
        }

        private Filter<TField>? Deeper(int start, Func<Filter<TField>?> read)
        {
            if (++_depth > MaxDepth)
            {
                return Fail(start, $"at most {MaxDepth} levels of 'not' and parentheses");
            }

            var part = read();
            _depth--;
            return part;
        }

        private Filter<TField>.Comparison? ReadExists(int start)
        {
            if (!_scanner.Skip("("))
            {
                return Fail("'(' after exists");
            }

            if (ReadField(ExpressionOperators.Exists) is not var (field, member))
            {
                return null;
            }

            return _scanner.Skip(")") ? Compare(start, field, member, FilterOperator.Exists, []) : Fail("')' after the field");
        }

        private Filter<TField>? ReadComparison(int start)
        {
            if (ReadField(ExpressionOperators.None) is not var (field, member))
            {
                return null;
            }

            _scanner.Peek();
            var position = _scanner.Position;
            var found = _scanner.Skip("!=") ? ExpressionOperators.NotEqual
                : _scanner.Skip("=") ? ExpressionOperators.Equal
                : _scanner.SkipWord("in") ? ExpressionOperators.In
                : _scanner.SkipWord("like") ? ExpressionOperators.Like
                : ExpressionOperators.None;
            if (found == ExpressionOperators.None || !field.Operators.HasFlag(found))
            {
                return Fail(position, $"{OperatorsOf(field)} after {field.Name}");
            }

            if ((found == ExpressionOperators.In ? ReadList(field) : ReadValue(field, found) is { } value ? [value] : null) is not { } values)
            {
                return null;
            }

            // "like" means part of a text; whoever writes it as in SQL means the same.
            var comparison = found == ExpressionOperators.Like && values is [['%', .. { Length: > 0 } part, '%']]
                ? Compare(start, field, member, FilterOperator.Like, [part])
                : Compare(start, field, member, found == ExpressionOperators.Like ? FilterOperator.Like : FilterOperator.IsOneOf, values);
            return comparison is not null && found == ExpressionOperators.NotEqual ? new Filter<TField>.Not(comparison) : comparison;
        }

        private Filter<TField>.Comparison? Compare(
            int start, ExpressionField<TField> field, string? member, FilterOperator comparison, IReadOnlyList<string> values) =>
            ++_comparisons <= MaxComparisons ? new(field.Field, member, comparison, values) : Fail(start, $"at most {MaxComparisons} comparisons");

        /// <summary>A field, also in quotes as the documentation of the contract prints some.</summary>
        private (ExpressionField<TField> Field, string? Member)? ReadField(ExpressionOperators needed)
        {
            _scanner.Peek();
            var start = _scanner.Position;
            var word = (_scanner.IsAtQuote() ? _scanner.ReadQuoted() : _scanner.ReadWord()) ?? "";
            var stop = word.IndexOf('.', StringComparison.Ordinal);
            var (name, member) = stop < 0 ? (word, null) : (word[..stop], word[(stop + 1)..]);
            var candidates = fields.Where(field => needed == ExpressionOperators.None || field.Operators.HasFlag(needed)).ToList();
            if (candidates.Find(field => field.Name == name) is not { } known)
            {
                Fail(start, $"a field: {string.Join(", ", candidates.Select(field => field.Example))}");
                return null;
            }

            if (member is null ? known.NeedsMember : known.IsMember?.Invoke(member) != true)
            {
                Fail(start, known.Example);
                return null;
            }

            return (known, member);
        }

        private List<string>? ReadList(ExpressionField<TField> field)
        {
            if (!_scanner.Skip("("))
            {
                Fail("'(' after in");
                return null;
            }

            var values = new List<string>();
            do
            {
                if (ReadValue(field, ExpressionOperators.In) is not { } value)
                {
                    return null;
                }

                values.Add(value);
            }
            while (_scanner.Skip(","));

            if (!_scanner.Skip(")"))
            {
                Fail("',' or ')'");
                return null;
            }

            return [.. values.Distinct()];
        }

        private string? ReadValue(ExpressionField<TField> field, ExpressionOperators needed)
        {
            _scanner.Peek();
            var start = _scanner.Position;
            var isQuoted = _scanner.IsAtQuote();
            var value = isQuoted ? _scanner.ReadQuoted() : field.TakesNumbers && ExpressionScanner.IsBareValue(_scanner.PeekWord().ToString()) ? _scanner.ReadWord() : null;
            var fault = value is null ? isQuoted ? $"the quote that closes the value of column {start + 1}" : Expected(field)
                : ++_values > MaxValues ? $"at most {MaxValues} values"
                : value.Length > MaxValueLength ? $"at most {MaxValueLength} characters in a value"
                : value.Any(char.IsControl) || !IsWellFormed(value) ? "a value without control characters or half characters"
                : value.Length == 0 && needed == ExpressionOperators.Like ? "some text to look for"
                : field.Words.Count > 0 && !field.Words.Contains(value, StringComparer.OrdinalIgnoreCase) ? Expected(field)
                : null;
            if (fault is null)
            {
                return value;
            }

            Fail(value is null && isQuoted ? _scanner.Position : start, fault);
            return null;
        }

        private static string Expected(ExpressionField<TField> field) =>
            field.Words.Count > 0 ? string.Join(", ", field.Words.Select(word => $"'{word}'"))
            : field.TakesNumbers ? "a value in quotes, a number, true or false"
            : "a value in quotes";

        private static string OperatorsOf(ExpressionField<TField> field) => string.Join(", ", new[]
        {
            (ExpressionOperators.Equal, "="), (ExpressionOperators.NotEqual, "!="), (ExpressionOperators.In, "in"), (ExpressionOperators.Like, "like"),
        }.Where(known => field.Operators.HasFlag(known.Item1)).Select(known => known.Item2));

        /// <summary>Half a surrogate pair is in no record: it cannot be stored.</summary>
        private static bool IsWellFormed(string value)
        {
            for (var i = 0; i < value.Length; i++)
            {
                if (char.IsSurrogate(value[i]) && (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[++i])))
                {
                    return false;
                }
            }

            return true;
        }

        private Filter<TField>.Comparison? Fail(string expected)
        {
            _scanner.Peek();
            return Fail(_scanner.Position, expected);
        }

        private Filter<TField>.Comparison? Fail(int position, string expected)
        {
            Error ??= new ExpressionInvalid(position + 1, expected);
            return null;
        }
    }
}
