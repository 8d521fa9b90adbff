using System.Globalization;
using CsvHelper;

namespace Portal.Core.Exports;

/// <summary>How every export of the portal writes CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read Chinese).</summary>
public static class CsvText
{
    public const string ContentType = "text/csv; charset=utf-8";

    private const char Neutral = '\'';

    /// <summary>
    /// A value that a spreadsheet shows instead of running: one that starts like a formula gets an apostrophe in front.
    /// </summary>
    /// <remarks>
    /// OWASP ASVS 5.0, 1.2.10. Blanks in front do not count, since some programs drop them; the full-width forms are
    /// taken for the plain ones by spreadsheets in an East Asian setting.
    /// </remarks>
    public static string Safe(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var visible = value.AsSpan();
        while (visible is [var first, ..] && IsInvisible(first))
        {
            visible = visible[1..];
        }

        return char.IsControl(value[0]) || visible is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..] ? Neutral + value : value;
    }

    /// <summary>UTC, ISO 8601.</summary>
    public static string Time(DateTimeOffset? at) =>
        at is { } instant ? instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";

    /// <summary>A writer that leaves <paramref name="stream"/> open.</summary>
    public static CsvWriter Writer(Stream stream) =>
        CsvWriter.Create(stream, CsvWriterOptions.Default with { WriteByteOrderMark = true }, leaveOpen: true);

    /// <summary>Writes one line, each value made safe.</summary>
    public static ValueTask WriteLineAsync(this CsvWriter csv, string?[] values, CancellationToken cancellationToken = default) =>
        csv.WriteRecordAsync(Array.ConvertAll(values, Safe), cancellationToken);

    private static bool IsInvisible(char character) =>
        char.IsWhiteSpace(character) || char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;
}
