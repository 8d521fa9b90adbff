using System.Globalization;

namespace Portal.Features.MeasurePoints;

/// <summary>How values are written: grouped, with as many decimals as they carry, the same in both languages.</summary>
public static class SeriesNumbers
{
    public static string Format(double number) => Math.Abs(number) is 0 or (>= 0.001 and < 1e15)
        ? number.ToString("#,##0.######", CultureInfo.InvariantCulture)
        : number.ToString("0.#####E+0", CultureInfo.InvariantCulture);

    /// <summary>So many steps, with as many decimals as tell one from the next.</summary>
    public static string Format(double steps, double step)
    {
        var decimals = -(int)Math.Floor(Math.Log10(step) + 1e-9);
        return decimals > 9 || Math.Abs(steps * step) >= 1e15
            ? (steps * step).ToString("0.#########E+0", CultureInfo.InvariantCulture)
            : Math.Round(steps * step, Math.Max(0, decimals)).ToString("#,##0.#########", CultureInfo.InvariantCulture);
    }

    /// <summary>With a sign, also in front of what is more than nought.</summary>
    public static string WithSign(double number) => number < 0 ? $"−{Format(-number)}" : $"+{Format(number)}";
}
