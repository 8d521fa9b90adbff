namespace Portal.CommandLine;

/// <summary>The arguments of <see cref="SimulateCommand"/>.</summary>
internal sealed record SimulateOptions(string AssetId, Uri Address, bool IsOld, string? DeviceKey)
{
    public const string Usage =
        "Usage: simulate --asset ASSET_ID [--url mqtt://127.0.0.1:11883] [--old | --key DEVICE_KEY]";

    private const string AssetOption = "--asset";
    private const string UrlOption = "--url";
    private const string OldOption = "--old";
    private const string KeyOption = "--key";
    private const int DefaultPort = 11883;
    private const int DefaultTlsPort = 18883;

    public bool IsTls => Address.Scheme == "mqtts";

    /// <returns>Nothing when they are not understood.</returns>
    public static SimulateOptions? Parse(string[] args)
    {
        if (ValueOf(args, AssetOption) is not { Length: > 0 } assetId
            || AddressIn(ValueOf(args, UrlOption) ?? $"mqtt://127.0.0.1:{DefaultPort}") is not { } address)
        {
            return null;
        }

        var (isOld, key) = (args.Contains(OldOption), ValueOf(args, KeyOption));
        return isOld && key is not null ? null : new SimulateOptions(assetId, address, isOld, key);
    }

    private static Uri? AddressIn(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("mqtt" or "mqtts") || address.Host.Length == 0)
        {
            return null;
        }

        return address.Port > 0 ? address : new UriBuilder(address) { Port = address.Scheme == "mqtts" ? DefaultTlsPort : DefaultPort }.Uri;
    }

    private static string? ValueOf(string[] args, string option) =>
        Array.IndexOf(args, option) is var index and >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}
