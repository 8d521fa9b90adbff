using System.Text;
using Portal.CommandLine;
using Portal.Core.SampleFleet;

namespace Unit.CommandLine;

public sealed class SimulateTests
{
    private static readonly DateTimeOffset s_midnight = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Inverter_FromMidnightToMidnight_RisesAndFallsWithTheSunOfItsPlace()
    {
        var (here, there) = (Inverter("+00:00"), Inverter("+08:00"));

        Assert.Equal(0, Power(here, s_midnight));
        Assert.Equal(0, Power(here, s_midnight.AddHours(22)));
        Assert.InRange(Power(here, s_midnight.AddHours(12)), 115, 240);
        Assert.InRange(Power(here, s_midnight.AddHours(8)), 12, Power(here, s_midnight.AddHours(12)) - 5);
        Assert.True(Of(here, "temperature", s_midnight.AddHours(13)) > Of(here, "temperature", s_midnight.AddHours(3)) + 10);
        Assert.InRange(Power(there, s_midnight.AddHours(4)), 115, 240);
        Assert.Equal(0, Power(there, s_midnight.AddHours(12)));
    }

    [Fact]
    public void Energy_OverDays_OnlyRises()
    {
        var inverter = Inverter("+05:30");

        var counted = Enumerable.Range(0, 4 * 24 * 12).Select(step => Energy(inverter, s_midnight.AddMinutes(step * 5))).ToList();

        Assert.Equal(counted.Order(), counted);
        Assert.InRange(counted[^1] - counted[0], 4_500, 6_100); // at most some 1,500 kWh a day

        // The counter counts what the power says.
        var counting = Energy(inverter, s_midnight.AddHours(7)) - Energy(inverter, s_midnight.AddHours(6));
        Assert.InRange(counting, Power(inverter, s_midnight.AddHours(6.5)) * 0.85, Power(inverter, s_midnight.AddHours(6.5)) * 1.15);
    }

    [Fact]
    public void Energy_OverAReplacement_BeginsAnewWhileThePowerGoesOn()
    {
        var noon = s_midnight.AddHours(12);
        var inverter = Inverter("+00:00") with { FormerKey = "SN-0", ReplacedAt = noon };

        Assert.Equal(Power(inverter, noon.AddSeconds(-1)), Power(inverter, noon), tolerance: 5);
        Assert.True(Energy(inverter, noon.AddSeconds(-1)) > 100_000);
        Assert.Equal(0, Energy(inverter, noon));
        Assert.True(Energy(inverter, noon.AddHours(1)) > 50);
    }

    [Theory]
    [InlineData("X", "")]
    [InlineData("MET", "nowhere")]
    public void Hardware_OfAnyProductAndPlace_MeasuresSomething(string productKey, string timeZone) =>
        Assert.NotEmpty((Inverter(timeZone) with { ProductKey = productKey }).At(s_midnight));

    [Fact]
    public void Options_AsTheUsageSays_AreUnderstood()
    {
        var options = SimulateOptions.Parse(["simulate", "--asset", "a1"])!;
        Assert.Equal(("a1", "127.0.0.1:11883", false, false), (options.AssetId, options.Address.Authority, options.IsTls, options.IsOld));

        options = SimulateOptions.Parse(["simulate", "--url", "mqtts://broker.example", "--asset", "a1", "--old"])!;
        Assert.Equal(("broker.example:18883", true, true), (options.Address.Authority, options.IsTls, options.IsOld));

        Assert.Equal("k-1", SimulateOptions.Parse(["simulate", "--asset", "a1", "--key", "k-1"])!.DeviceKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--asset")]
    [InlineData("--asset a1 --url http://127.0.0.1")]
    [InlineData("--asset a1 --url nonsense")]
    [InlineData("--asset a1 --old --key k-1")]
    public void Options_Otherwise_AreNot(string text) =>
        Assert.Null(SimulateOptions.Parse(["simulate", .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));

    [Theory]
    [InlineData("s3cret", "s3cret")]
    [InlineData("s3cret\n", "s3cret")]
    [InlineData(" s3cret \r\nmore", "s3cret")]
    [InlineData("", "")]
    public void Secret_PipedIn_IsTheFirstLineWithoutBlanks(string input, string expected)
    {
        using var secret = TypedSecret.From(new MemoryStream(Encoding.UTF8.GetBytes(input)));

        Assert.Equal(expected, Encoding.ASCII.GetString(secret.Bytes));
        Assert.Equal("***", $"{secret}");
    }

    [Fact]
    public void Secret_Disposed_IsWiped()
    {
        var secret = TypedSecret.From(new MemoryStream("s3cret"u8.ToArray()));

        secret.Dispose();

        Assert.Equal(new byte[6], secret.Bytes.ToArray());
    }

    private static SampleHardware Inverter(string timeZone) => new("asset-1", "INV-1", "SN-1", null, FormerSince: s_midnight.AddYears(-3), ReplacedAt: null, timeZone);

    private static double Power(SampleHardware hardware, DateTimeOffset at) => Of(hardware, "activePower", at);

    private static double Energy(SampleHardware hardware, DateTimeOffset at) => Of(hardware, SampleSignals.EnergyTotal, at);

    private static double Of(SampleHardware hardware, string point, DateTimeOffset at) => hardware.At(at).Single(value => value.Point == point).Number!.Value;
}
