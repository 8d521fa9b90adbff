using System.Globalization;

namespace Portal.Features.MeasurePoints;

/// <summary>How values are written: grouped, with as many decimals as they carry, the same in both languages.</summary>
public static class SeriesNumbers
{
    public static string Format(double number) => Math.Abs(number) is 0 or (>= 0.001 and < 1e15)
        ? number.ToString("#,##0.######", CultureInfo.InvariantCulture)
        : number.ToString("0.#####E+0", CultureInfo.InvariantCulture);

    /// <summary>With a sign, also in front of what is more than nought.</summary>
    public static string WithSign(double number) => number < 0 ? $"−{Format(-number)}" : $"+{Format(number)}";
}
