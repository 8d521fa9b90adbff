using System.Security.Cryptography;
using System.Text;

namespace Portal.CommandLine;

/// <summary>What the device measures at one moment.</summary>
internal sealed record SimulatedReading(double Power, double Temperature, double Energy);

/// <summary>
/// The days of a solar inverter: power with the sun, a temperature that follows it, and a counter that only rises. All of
/// it follows from the moment and the device key, so that a unit started again goes on where it was, and other hardware
/// counts from somewhere else.
/// </summary>
/// <param name="offset">Of the place from UTC: the sun rises there at six.</param>
internal sealed class SimulatedDay(string deviceKey, TimeSpan offset)
{
    private const double PeakInKilowatts = 42;
    private const double Sunrise = 6;
    private const double HoursOfSun = 12;

    /// <summary>Part of the sun that clouds take on average, and how much more or less it may be.</summary>
    private const double Clouds = 0.12;
    private const double EnergyOfADay = PeakInKilowatts * (1 - Clouds) * HoursOfSun * 2 / Math.PI;

    private static readonly DateTimeOffset s_made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly int _firstEnergy = SHA256.HashData(Encoding.UTF8.GetBytes(deviceKey)) is var hash ? ((hash[0] << 8) | hash[1]) % 5000 : 0;

    public SimulatedReading At(DateTimeOffset at)
    {
        var local = at + offset;
        var hour = local.TimeOfDay.TotalHours;
        var dayPart = Math.Clamp((hour - Sunrise) / HoursOfSun, 0, 1);
        var sun = Math.Sin(Math.PI * dayPart);
        var restlessness = Restlessness(at);
        var power = PeakInKilowatts * sun * (1 - (Clouds * (1 + restlessness)));
        var temperature = 16 + (7 * Math.Sin(Math.PI * (hour - 9) / 12)) + (14 * sun) + (0.4 * restlessness);
        var days = Math.Floor((local - s_made).TotalDays);
        var energy = _firstEnergy + (EnergyOfADay * (days + ((1 - Math.Cos(Math.PI * dayPart)) / 2)));
        return new SimulatedReading(Math.Round(power, 2), Math.Round(temperature, 1), Math.Round(energy, 2));
    }

    /// <summary>Between -1 and 1, over minutes.</summary>
    private static double Restlessness(DateTimeOffset at)
    {
        var minutes = at.ToUnixTimeSeconds() / 60.0;
        return ((Math.Sin(minutes / 1.7) * 0.5) + (Math.Sin((minutes / 7.3) + 1) * 0.3) + (Math.Sin((minutes / 31) + 2) * 0.2)) * 0.95;
    }
}
