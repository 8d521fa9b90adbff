using System.Globalization;

namespace Portal.CommandLine;

/// <summary>The arguments of <see cref="SimulateCommand"/>.</summary>
internal sealed record SimulateOptions(string AssetId, Uri Address, TimeSpan History, bool IsOld, string? DeviceKey)
{
    public const string Usage =
        "Usage: simulate --asset ASSET_ID [--url mqtt://127.0.0.1:11883] [--history 24h] [--old | --key DEVICE_KEY]";

    private const string AssetOption = "--asset";
    private const string UrlOption = "--url";
    private const string HistoryOption = "--history";
    private const string OldOption = "--old";
    private const string KeyOption = "--key";
    private const int DefaultPort = 11883;
    private const int DefaultTlsPort = 18883;
    private static readonly TimeSpan s_maxHistory = TimeSpan.FromDays(30);

    public bool IsTls => Address.Scheme == "mqtts";

    /// <returns>Nothing when they are not understood.</returns>
    public static SimulateOptions? Parse(string[] args)
    {
        if (ValueOf(args, AssetOption) is not { Length: > 0 } assetId
            || AddressIn(ValueOf(args, UrlOption) ?? $"mqtt://127.0.0.1:{DefaultPort}") is not { } address
            || HistoryIn(ValueOf(args, HistoryOption)) is not { } history)
        {
            return null;
        }

        var (isOld, key) = (args.Contains(OldOption), ValueOf(args, KeyOption));
        return isOld && key is not null ? null : new SimulateOptions(assetId, address, history, isOld, key);
    }

    private static Uri? AddressIn(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("mqtt" or "mqtts") || address.Host.Length == 0)
        {
            return null;
        }

        return address.Port > 0 ? address : new UriBuilder(address) { Port = address.Scheme == "mqtts" ? DefaultTlsPort : DefaultPort }.Uri;
    }

    /// <summary>A number with <c>m</c>, <c>h</c> or <c>d</c>.</summary>
    private static TimeSpan? HistoryIn(string? text)
    {
        if (text is null)
        {
            return TimeSpan.Zero;
        }

        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100_000)
        {
            return null;
        }

        TimeSpan? span = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
        return span <= s_maxHistory ? span : null;
    }

    private static string? ValueOf(string[] args, string option) =>
        Array.IndexOf(args, option) is var index and >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}
