using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Core.MeasurePoints;

/// <summary>
/// The identifier of a measure point: 1 to 64 ASCII letters, digits and <c>_ - . : /</c>; case matters. EnOS has letters, digits and
/// underscores; the others are what gateways put between the names of parts.
/// </summary>
public static class PointName
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/");

    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxLength } && !name.AsSpan().ContainsAnyExcept(s_allowed);
}
