using System.Globalization;
using Portal.Core.Auditing;
using Portal.Core.AuditReview;

namespace Portal.Features.Audit;

/// <summary>The filter of the audit page as text in an address or a form; days are UTC, the last one counts.</summary>
public static class AuditForm
{
    public const string PersonField = "person";
    public const string AssetField = "asset";
    public const string ActionField = "action";
    public const string FromField = "from";
    public const string ToField = "to";
    public const string BeforeField = "before";

    private const int MaxLength = 200;

    /// <returns>The name of the first field that cannot be read, or <see langword="null"/>.</returns>
    public static string? TryRead(string? person, string? asset, string? action, string? from, string? to, string? before, out AuditFilter filter)
    {
        filter = new AuditFilter(OrNull(person), OrNull(asset), OrNull(action));
        if (person is { Length: > MaxLength })
        {
            return PersonField;
        }

        if (asset is { Length: > MaxLength })
        {
            return AssetField;
        }

        if (OrNull(action) is { } known && !AuditActions.All.Contains(known))
        {
            return ActionField;
        }

        if (!TryDay(from, out var first))
        {
            return FromField;
        }

        if (!TryDay(to, out var last) || last < first)
        {
            return ToField;
        }

        long start = 0;
        if (OrNull(before) is { } text && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out start) || start < 1))
        {
            return BeforeField;
        }

        filter = filter with { From = first, To = last?.AddDays(1), Before = start > 0 ? start : null };
        return null;
    }

    private static bool TryDay(string? text, out DateTimeOffset? day)
    {
        day = null;
        if (OrNull(text) is not { } value)
        {
            return true;
        }

        if (!DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            || date.Year is < 2000 or > 9000)
        {
            return false;
        }

        day = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return true;
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
