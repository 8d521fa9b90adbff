namespace Portal.Core.Reveals;

/// <summary>
/// Time that runs evenly: the wall clock at start plus what the monotonic counter has advanced since. Somebody who
/// sets the clock back or forth neither lengthens nor shortens the life of a grant.
/// </summary>
public sealed class SteadyClock(TimeProvider clock)
{
    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly long _startTimestamp = clock.GetTimestamp();

    public DateTimeOffset GetUtcNow() => _start + clock.GetElapsedTime(_startTimestamp);
}
