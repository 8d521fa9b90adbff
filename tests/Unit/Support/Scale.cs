namespace Unit.Support;

/// <summary>How much a requirement test does: seconds in CI, the requirement's full size under <c>./test --long</c>.</summary>
/// <example>
/// <code>
/// [Fact]
/// [Trait("Requirement", "R-17")]
/// public async Task Replace_SentManyTimesAtOnce_ChangesTheDeviceOnce() =>
///     await RunAsync(rounds: Scale.Of(ci: 200, full: 10_000));
/// </code>
/// </example>
internal static class Scale
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("PORTAL_TEST_LONG") == "1";

    public static int Of(int ci, int full) => IsLong ? full : ci;

    public static TimeSpan Of(TimeSpan ci, TimeSpan full) => IsLong ? full : ci;
}
