using System.Globalization;
using Portal.Core.MeasurePoints;

namespace Portal.Core.SampleFleet;

/// <summary>
/// What devices of the sample fleet would measure: each value follows from the asset and the time alone, so that whoever plays a device goes
/// on where the sample data end.
/// </summary>
public static class SampleSignals
{
    /// <summary>A total, which begins at nought with each unit.</summary>
    public const string EnergyTotal = "energyTotal";

    private const double FullSunHours = 24 / Math.PI;

    /// <param name="timeZone">Of the place, e.g. <c>+08:00</c>.</param>
    /// <param name="since">When the present unit was put in: its counters were at nought then.</param>
    public static IReadOnlyList<MeasureValue> At(string productKey, string assetId, string timeZone, DateTimeOffset since, DateTimeOffset at)
    {
        _ = TimeSpan.TryParse(timeZone.TrimStart('+'), CultureInfo.InvariantCulture, out var offset);
        var place = new Place(assetId, offset);
        return productKey[..Math.Min(3, productKey.Length)] switch
        {
            "INV" or "PCS" =>
            [
                Number("activePower", place.Sun(at) * Peak(assetId)), Number(EnergyTotal, (place.SunHours(at) - place.SunHours(since)) * Peak(assetId)),
                Number("temperature", 24 + (26 * place.Sun(at)) + (4 * place.Wave(at, 9, 1))), State(place.Sun(at) > 0.01 ? "running" : "standby"),
            ],
            "CMB" =>
            [
                Number("current", place.Sun(at) * 148), Number("voltage", place.Sun(at) > 0.01 ? 690 + (25 * place.Wave(at, 3, 2)) : 0),
                Number("temperature", 18 + (21 * place.Sun(at)) + (3 * place.Wave(at, 9, 1))),
            ],
            "MET" =>
            [
                Number("irradiance", place.Sun(at) * 1_020), Number("windSpeed", place.Wind(at)),
                Number("ambientTemperature", 12 + (9 * place.Sun(at)) + (4 * place.Wave(at, 53, 1))),
            ],
            "WTC" =>
            [
                Number("windSpeed", place.Wind(at)), Number("activePower", 3_300 * Math.Clamp(Math.Pow(place.Wind(at) / 12, 3), 0, 1)),
                Number(EnergyTotal, (at - since).TotalHours * 1_150), State(place.Wind(at) > 3 ? "running" : "waiting for wind"),
            ],
            "BAT" =>
            [
                Number("soc", 55 + (38 * place.Wave(at, 12, 1))), Number("voltage", 1_320 + (45 * place.Wave(at, 12, 1.15))),
                Number("temperature", 25 + (4 * place.Wave(at, 12, 1.4)) + place.Wave(at, 2, 3)),
            ],
            _ =>
            [
                Number("activePower", place.Wave(at, 2.3, 1) > 0.35 ? 90 + (70 * place.Wave(at, 0.9, 2)) : 0), Number(EnergyTotal, (at - since).TotalHours * 21.5),
                State(place.Wave(at, 2.3, 1) > 0.35 ? "charging" : "idle"),
            ],
        };
    }

    private static double Peak(string assetId) => 180 + (Hash(assetId, 7) * 60);

    private static MeasureValue Number(string point, double number) => new(point, Math.Round(number, 2), null);

    private static MeasureValue State(string text) => new("state", null, text);

    /// <summary>Between 0 and 1.</summary>
    private static double Hash(string text, int salt)
    {
        var hash = 2_166_136_261u ^ (uint)salt;
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * 16_777_619);
        }

        return (hash >> 8) / (double)(1 << 24);
    }

    /// <summary>Sun and wind where an asset stands.</summary>
    private readonly struct Place(string assetId, TimeSpan offset)
    {
        private readonly double _phase = Hash(assetId, 1) * Math.Tau;

        /// <summary>0 to 1: from six to six, with clouds.</summary>
        public double Sun(DateTimeOffset at)
        {
            var height = Math.Sin(Math.PI * ((at.UtcDateTime + offset).TimeOfDay.TotalHours - 6) / 12);
            var clouds = 0.82 + (0.1 * Wave(at, 1.7, 1)) + (0.08 * Wave(at, 0.4, 2.3));
            return height <= 0 ? 0 : height * clouds;
        }

        /// <summary>What a clear sky would have given since long ago, in hours of full sun.</summary>
        public double SunHours(DateTimeOffset at)
        {
            var local = at.UtcDateTime + offset;
            var today = (1 - Math.Cos(Math.PI * Math.Clamp((local.TimeOfDay.TotalHours - 6) / 12, 0, 1))) / 2;
            return 0.82 * FullSunHours * ((local.Date - DateTime.UnixEpoch).TotalDays + today);
        }

        public double Wind(DateTimeOffset at) => Math.Max(0, 7.5 + (3.2 * Wave(at, 19, 1)) + (1.6 * Wave(at, 4.3, 2)) + (0.6 * Wave(at, 0.6, 3)));

        /// <summary>-1 to 1, over so many hours.</summary>
        public double Wave(DateTimeOffset at, double hours, double phase) =>
            Math.Sin((Math.Tau * (at - DateTimeOffset.UnixEpoch).TotalHours / hours) + (_phase * phase));
    }
}
