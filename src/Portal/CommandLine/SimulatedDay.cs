namespace Portal.CommandLine;

/// <summary>What the device measures at one moment.</summary>
internal sealed record SimulatedReading(double Power, double Temperature, double Energy);

/// <summary>
/// The days of a solar inverter: power with the sun, a temperature that follows it, and a counter that only rises. All of
/// it follows from the moment, so that a unit that is started again goes on where it was.
/// </summary>
/// <param name="since">When the hardware was put in: a new unit's counter is low.</param>
/// <param name="offset">Of the place from UTC: the sun rises there at six.</param>
internal sealed class SimulatedDay(DateTimeOffset since, TimeSpan offset)
{
    private const double PeakInKilowatts = 42;
    private const double Sunrise = 6;
    private const double HoursOfSun = 12;

    /// <summary>Part of the sun that clouds take on average, and how much more or less it may be.</summary>
    private const double Clouds = 0.12;
    private const double EnergyOfADay = PeakInKilowatts * (1 - Clouds) * HoursOfSun * 2 / Math.PI;

    /// <summary>A unit has run for some days at the factory.</summary>
    private static readonly TimeSpan s_trial = TimeSpan.FromDays(3);

    public SimulatedReading At(DateTimeOffset at)
    {
        var hour = Local(at).TimeOfDay.TotalHours;
        var dayPart = DayPart(at);
        var sun = Math.Sin(Math.PI * dayPart);
        var restlessness = Restlessness(at);
        var power = PeakInKilowatts * sun * (1 - (Clouds * (1 + restlessness)));
        var temperature = 16 + (7 * Math.Sin(Math.PI * (hour - 9) / 12)) + (14 * sun) + (0.4 * restlessness);
        var energy = EnergyOfADay * Math.Max(0, SunsSince(at) - SunsSince(since - s_trial));
        return new SimulatedReading(Math.Round(power, 2), Math.Round(temperature, 1), Math.Round(energy, 2));
    }

    /// <summary>Days' worth of sun up to a moment.</summary>
    private double SunsSince(DateTimeOffset at) =>
        Math.Floor((Local(at) - DateTime.UnixEpoch).TotalDays) + ((1 - Math.Cos(Math.PI * DayPart(at))) / 2);

    private double DayPart(DateTimeOffset at) => Math.Clamp((Local(at).TimeOfDay.TotalHours - Sunrise) / HoursOfSun, 0, 1);

    private DateTime Local(DateTimeOffset at) => at.UtcDateTime + offset;

    /// <summary>Between -1 and 1, over minutes.</summary>
    private static double Restlessness(DateTimeOffset at)
    {
        var minutes = at.ToUnixTimeSeconds() / 60.0;
        return ((Math.Sin(minutes / 1.7) * 0.5) + (Math.Sin((minutes / 7.3) + 1) * 0.3) + (Math.Sin((minutes / 31) + 2) * 0.2)) * 0.95;
    }
}
