using System.Globalization;
using Portal.Core.Replacements;

namespace Portal.Features.MeasurePoints;

/// <summary>What the operator notes of a counter before its hardware is replaced.</summary>
public sealed class BaselineForm
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>Empty: nothing is noted.</summary>
    public string Point { get; set; } = "";

    public string Typed { get; set; } = "";

    public bool IsPristine => Point.Length == 0 && Typed.Length == 0;

    /// <summary>No comma: to some it begins the decimals, to others it groups the thousands.</summary>
    public double? Value => double.TryParse(Typed, Style, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A point was picked, and what was typed is no number.</summary>
    public bool IsInvalid => Point.Length > 0 && Value is null;

    public IReadOnlyList<CounterBaseline> ToBaselines() => Point.Length > 0 && Value is { } value ? [new CounterBaseline(Point, value)] : [];
}
