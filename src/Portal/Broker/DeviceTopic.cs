using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>A topic of the contract (contract.md 6.3): <c>/sys/{productKey}/{deviceKey}/...</c> or <c>/ext/session/{productKey}/{deviceKey}/...</c>.</summary>
/// <param name="IsSession">Whether it is about being signed in.</param>
/// <param name="Path">What comes after the device.</param>
internal readonly record struct DeviceTopic(bool IsSession, string ProductKey, string DeviceKey, string Path)
{
    public const string Activation = "thing/activate/info";
    public const string Reply = "_reply";

    private const string Sys = "/sys/";
    private const string Session = "/ext/session/";
    private const int MaxLength = 512;

    /// <param name="text">A topic, or a filter: wildcards count as what they are, so a filter for several devices is nobody's own.</param>
    public static bool TryParse(string? text, out DeviceTopic topic)
    {
        topic = default;
        var start = text is not { Length: <= MaxLength } ? null
            : text.StartsWith(Sys, StringComparison.Ordinal) ? Sys
            : text.StartsWith(Session, StringComparison.Ordinal) ? Session
            : null;
        if (start is null)
        {
            return false;
        }

        var product = text!.IndexOf('/', start.Length);
        var device = product < 0 ? -1 : text.IndexOf('/', product + 1);
        if (device < 0 || device == text.Length - 1)
        {
            return false;
        }

        topic = new DeviceTopic(start == Session, text[start.Length..product], text[(product + 1)..device], text[(device + 1)..]);
        return true;
    }

    /// <summary>Whether the topic belongs to the device that signs in by this user name, <c>{deviceKey}&amp;{productKey}</c>.</summary>
    public static bool IsOwn(string? text, string? userName) => TryParse(text, out var topic) && userName == $"{topic.DeviceKey}&{topic.ProductKey}";

    /// <summary>The device that it is about, if this one may speak and listen there: itself or, about data, one behind it.</summary>
    public DeviceSession? Of(DeviceSession session) =>
        session.Find(ProductKey, DeviceKey) is { } own && (!IsSession || own == session) ? own : null;

    public override string ToString() => $"{(IsSession ? Session : Sys)}{ProductKey}/{DeviceKey}/{Path}";
}
