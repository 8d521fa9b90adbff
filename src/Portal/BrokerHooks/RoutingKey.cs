using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>
/// RabbitMQ knows topics as routing keys, in which <c>/</c> has become <c>.</c>: <c>/sys/pk/dk/thing/x</c> is
/// <c>.sys.pk.dk.thing.x</c>. A device key may hold full stops itself, so the way back needs to know whose topic it can be.
/// </summary>
internal static class RoutingKey
{
    private const string Sys = ".sys.";
    private const string Session = ".ext.session.";
    private static readonly string[] s_firstWords = ["thing", "combine"];

    /// <summary>The topic that it stands for, if it is one of the device or of one behind it; nothing if it is not, or could be another's too.</summary>
    public static string? ToTopic(string? key, DeviceSession session)
    {
        if (key is null)
        {
            return null;
        }

        return ToTopic(key, session.ProductKey, session.DeviceKey)
            ?? session.SubDevices.Select(behind => ToTopic(key, behind.ProductKey, behind.DeviceKey)).FirstOrDefault(topic => topic is not null);
    }

    internal static string? ToTopic(string key, string productKey, string deviceKey)
    {
        var start = key.StartsWith(Sys, StringComparison.Ordinal) ? Sys : key.StartsWith(Session, StringComparison.Ordinal) ? Session : null;
        var own = $"{start}{productKey}.{deviceKey}.";
        if (start is null || !key.StartsWith(own, StringComparison.Ordinal))
        {
            return null;
        }

        // With a second first word, or a wildcard, it would also be a topic of a device whose key goes on where this one ends.
        var words = key[own.Length..].Split('.');
        var isUnmistakable = s_firstWords.Contains(words[0]) && !words.Skip(1).Any(word => s_firstWords.Contains(word) || word is "*" or "#");
        return isUnmistakable ? $"{start.Replace('.', '/')}{productKey}/{deviceKey}/{string.Join('/', words)}" : null;
    }
}
