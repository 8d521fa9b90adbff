using MQTTnet.Protocol;

namespace Portal.Broker;

/// <summary>What a device listens to.</summary>
internal sealed class TopicFilters
{
    private readonly HashSet<string> _filters = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_filters)
            {
                return _filters.Count;
            }
        }
    }

    public void Add(string filter)
    {
        lock (_filters)
        {
            _filters.Add(filter);
        }
    }

    public MqttUnsubscribeReasonCode Remove(string filter)
    {
        lock (_filters)
        {
            return _filters.Remove(filter) ? MqttUnsubscribeReasonCode.Success : MqttUnsubscribeReasonCode.NoSubscriptionExisted;
        }
    }

    public bool Match(string topic)
    {
        lock (_filters)
        {
            return _filters.Contains(topic) || _filters.Any(filter => IsWild(filter) && Match(filter, topic));
        }
    }

    /// <summary>A wildcard is a whole level, <c>#</c> the last one; the rest is any text but NUL.</summary>
    public static bool IsWellFormed(string filter)
    {
        var levels = filter.Split('/');
        return filter.Length > 0 && !filter.Contains('\0', StringComparison.Ordinal)
            && levels.Index().All(level => level.Item is "+" || (level.Item is "#" && level.Index == levels.Length - 1) || !IsWild(level.Item));
    }

    internal static bool Match(string filter, string topic)
    {
        var (wanted, levels) = (filter.Split('/'), topic.Split('/'));
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length)
            {
                return false;
            }

            if (wanted[i] != "+" && wanted[i] != levels[i])
            {
                return false;
            }
        }

        return wanted.Length == levels.Length;
    }

    private static bool IsWild(string filter) => filter.AsSpan().ContainsAny('+', '#');
}
