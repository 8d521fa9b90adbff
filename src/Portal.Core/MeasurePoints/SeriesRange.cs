namespace Portal.Core.MeasurePoints;

/// <summary>How far back a series is looked at.</summary>
public enum SeriesRange
{
    Hour,
    Day,
    Week,
    Month,
}

/// <summary>What a range is: its length, and the width of the buckets that it is shown in, at most 361 of them.</summary>
public static class SeriesRanges
{
    public static TimeSpan Length(this SeriesRange range) => range switch
    {
        SeriesRange.Hour => TimeSpan.FromHours(1),
        SeriesRange.Day => TimeSpan.FromDays(1),
        SeriesRange.Week => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(30),
    };

    public static TimeSpan Bucket(this SeriesRange range) => range switch
    {
        SeriesRange.Hour => TimeSpan.FromSeconds(10),
        SeriesRange.Day => TimeSpan.FromMinutes(4),
        SeriesRange.Week => TimeSpan.FromMinutes(30),
        _ => TimeSpan.FromHours(2),
    };

    /// <summary>In an address.</summary>
    public static string Name(this SeriesRange range) => range switch
    {
        SeriesRange.Hour => "1h",
        SeriesRange.Day => "24h",
        SeriesRange.Week => "7d",
        _ => "30d",
    };

    public static SeriesRange? Find(string? name) =>
        Enum.GetValues<SeriesRange>().Cast<SeriesRange?>().FirstOrDefault(range => range!.Value.Name() == name);
}
