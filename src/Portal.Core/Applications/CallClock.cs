namespace Portal.Core.Applications;

/// <summary>Which timestamps of calls are taken: five minutes either way of the portal's clock.</summary>
internal static class CallClock
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>The time, if it is within the window.</summary>
    public static DateTimeOffset? Read(long milliseconds, DateTimeOffset now)
    {
        var distance = (Int128)milliseconds - now.ToUnixTimeMilliseconds();
        return Int128.Abs(distance) <= (long)Window.TotalMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
