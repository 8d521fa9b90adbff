namespace Portal.Core;

/// <summary>What a field of one line of text may hold.</summary>
internal static class FieldText
{
    /// <summary>The fault of a text that is longer than the column, has control characters or is no text; nothing if it was left out.</summary>
    public static FieldInvalid? Check(string field, string? text, int maxLength) => text switch
    {
        null => null,
        _ when text.Trim().Length > maxLength => new FieldInvalid(field, $"at most {maxLength} characters, these are {text.Trim().Length}"),
        _ when text.Any(char.IsControl) || !IsWellFormed(text) => new FieldInvalid(field, "no line breaks, tabs or other control characters"),
        _ => null,
    };

    /// <summary>Trimmed; nothing for a text without anything in it.</summary>
    public static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>Half a surrogate pair cannot be stored as UTF-8 and read back the same.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
