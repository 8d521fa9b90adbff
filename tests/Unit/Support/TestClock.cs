using Microsoft.Extensions.Time.Testing;

namespace Unit.Support;

/// <summary>
/// Stands still until it is moved. Somebody may also set the wall clock: what the time of day says then jumps, what a
/// stopwatch or a timer measures does not.
/// </summary>
internal sealed class TestClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _wallClockOff;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _wallClockOff;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public void SetWallClock(TimeSpan by) => _wallClockOff += by;
}
