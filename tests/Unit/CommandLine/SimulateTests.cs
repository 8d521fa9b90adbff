using System.Text;
using Portal.CommandLine;
using Portal.Core.SampleFleet;

namespace Unit.CommandLine;

public sealed class SimulateTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Hardware_OverItsReplacement_MeasuresOnAndCountsAnew()
    {
        var hardware = new SampleHardware("asset-1", "INV-1", "SN-2", "SN-1", FormerSince: s_noon.AddYears(-3), ReplacedAt: s_noon, "+00:00");

        double Of(string point, DateTimeOffset at) => hardware.At(at).Single(value => value.Point == point).Number!.Value;

        Assert.Equal(Of("activePower", s_noon.AddSeconds(-1)), Of("activePower", s_noon), tolerance: 5);
        Assert.True(Of(SampleSignals.EnergyTotal, s_noon.AddSeconds(-1)) > 100_000);
        Assert.Equal(0, Of(SampleSignals.EnergyTotal, s_noon));
        Assert.True(Of(SampleSignals.EnergyTotal, s_noon.AddHours(1)) > 50);
    }

    [Theory]
    [InlineData("X", "")]
    [InlineData("MET", "nowhere")]
    public void Hardware_OfAnyProductAndPlace_MeasuresSomething(string productKey, string timeZone) =>
        Assert.NotEmpty(new SampleHardware("asset-1", productKey, "SN-1", null, s_noon, null, timeZone).At(s_noon));

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
