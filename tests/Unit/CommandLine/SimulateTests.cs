using System.Text;
using Portal.CommandLine;

namespace Unit.CommandLine;

public sealed class SimulateTests
{
    private static readonly DateTimeOffset s_midnight = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Day_FromMidnightToMidnight_RisesAndFallsWithTheSun()
    {
        var day = new SimulatedDay(s_midnight, TimeSpan.Zero);

        Assert.Equal(0, day.At(s_midnight).Power);
        Assert.Equal(0, day.At(s_midnight.AddHours(22)).Power);
        Assert.InRange(day.At(s_midnight.AddHours(12)).Power, 30, 42);
        Assert.InRange(day.At(s_midnight.AddHours(8)).Power, 12, day.At(s_midnight.AddHours(12)).Power - 5);
        Assert.True(day.At(s_midnight.AddHours(13)).Temperature > day.At(s_midnight.AddHours(3)).Temperature + 10);
    }

    [Fact]
    public void Day_AtAnotherPlace_FollowsItsOwnSun()
    {
        var there = new SimulatedDay(s_midnight, TimeSpan.FromHours(8));

        Assert.InRange(there.At(s_midnight.AddHours(4)).Power, 30, 42);
        Assert.Equal(0, there.At(s_midnight.AddHours(12)).Power);
    }

    [Fact]
    public void Energy_OverDays_OnlyRises()
    {
        var day = new SimulatedDay(s_midnight, TimeSpan.FromHours(5.5));

        var counted = Enumerable.Range(0, 4 * 24 * 12).Select(step => day.At(s_midnight.AddMinutes(step * 5)).Energy).ToList();

        Assert.Equal(counted.Order(), counted);
        Assert.InRange(counted[^1] - counted[0], 900, 1200); // some 280 kWh a day

        // The counter counts what the power says.
        var counting = day.At(s_midnight.AddHours(7)).Energy - day.At(s_midnight.AddHours(6)).Energy;
        Assert.InRange(counting, day.At(s_midnight.AddHours(6.5)).Power * 0.85, day.At(s_midnight.AddHours(6.5)).Power * 1.15);
    }

    [Fact]
    public void Energy_OfNewHardware_IsLow()
    {
        var (older, newer) = (new SimulatedDay(s_midnight.AddYears(-3), TimeSpan.Zero), new SimulatedDay(s_midnight, TimeSpan.Zero));

        Assert.InRange(newer.At(s_midnight).Energy, 500, 1000);
        Assert.True(older.At(s_midnight).Energy > 100_000);

        // Two days of history before it was put in.
        Assert.InRange(newer.At(s_midnight.AddDays(-2)).Energy, 0, newer.At(s_midnight).Energy - 500);
    }

    [Fact]
    public void Options_AsTheUsageSays_AreUnderstood()
    {
        var options = SimulateOptions.Parse(["simulate", "--asset", "a1", "--history", "24h"])!;
        Assert.Equal(("a1", "127.0.0.1:11883", TimeSpan.FromDays(1), false, false), (options.AssetId, options.Address.Authority, options.History, options.IsTls, options.IsOld));

        options = SimulateOptions.Parse(["simulate", "--url", "mqtts://broker.example", "--asset", "a1", "--old"])!;
        Assert.Equal(("broker.example:18883", true, true), (options.Address.Authority, options.IsTls, options.IsOld));

        Assert.Equal("k-1", SimulateOptions.Parse(["simulate", "--asset", "a1", "--key", "k-1"])!.DeviceKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--asset")]
    [InlineData("--asset a1 --url http://127.0.0.1")]
    [InlineData("--asset a1 --url nonsense")]
    [InlineData("--asset a1 --history 24")]
    [InlineData("--asset a1 --history h")]
    [InlineData("--asset a1 --history -3h")]
    [InlineData("--asset a1 --history 99d")]
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
}
