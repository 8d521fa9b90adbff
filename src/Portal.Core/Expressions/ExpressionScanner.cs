using System.Globalization;
using System.Text;

namespace Portal.Core.Expressions;

/// <summary>Steps through the text of an expression.</summary>
internal struct ExpressionScanner(string text)
{
    private const string WordMarks = "_-./";

    /// <summary>From 0.</summary>
    public int Position { get; private set; }

    /// <summary>The next character that is no blank, or U+0000 at the end.</summary>
    public char Peek()
    {
        while (Position < text.Length && char.IsWhiteSpace(text[Position]))
        {
            Position++;
        }

        return Position < text.Length ? text[Position] : '\0';
    }

    public bool IsAtEnd()
    {
        Peek();
        return Position == text.Length;
    }

    public bool Skip(string mark)
    {
        Peek();
        if (!text.AsSpan(Position).StartsWith(mark, StringComparison.Ordinal))
        {
            return false;
        }

        Position += mark.Length;
        return true;
    }

    /// <summary>Goes past a word that must stand by itself, in any case of letters.</summary>
    public bool SkipWord(string word)
    {
        if (!PeekWord().Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Position += word.Length;
        return true;
    }

    /// <summary>The letters, digits and <c>_ - . /</c> that come next; empty when there are none.</summary>
    public ReadOnlySpan<char> PeekWord()
    {
        Peek();
        var end = Position;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || char.IsSurrogate(text[end]) || WordMarks.Contains(text[end], StringComparison.Ordinal)))
        {
            end++;
        }

        return text.AsSpan(Position, end - Position);
    }

    public string ReadWord()
    {
        var word = PeekWord().ToString();
        Position += word.Length;
        return word;
    }

    public bool IsAtQuote() => Peek() is '\'' or '"';

    /// <summary>What stands between two quotes of the same kind; that quote itself is written twice.</summary>
    /// <returns>Nothing when the closing quote is missing; then the position is the end of the text.</returns>
    public string? ReadQuoted()
    {
        var quote = Peek();
        var value = new StringBuilder();
        for (Position++; Position < text.Length; Position++)
        {
            if (text[Position] == quote)
            {
                if (Position + 1 == text.Length || text[Position + 1] != quote)
                {
                    Position++;
                    return value.ToString();
                }

                Position++;
            }

            value.Append(text[Position]);
        }

        return null;
    }

    /// <summary>A number as JSON writes it, <c>true</c> or <c>false</c>.</summary>
    public static bool IsBareValue(string word) => word is "true" or "false" || TryNumber(word, out _);

    public static bool TryNumber(string word, out double number)
    {
        number = 0;
        return word.Length > 0 && (char.IsAsciiDigit(word[^1]) && (char.IsAsciiDigit(word[0]) || word[0] == '-'))
            && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}
