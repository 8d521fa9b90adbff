using System.Text.Json;
using Portal.Core;
using Portal.Core.Connections;
using Portal.Core.MeasurePoints;

namespace Portal.Broker;

/// <summary>Reads measure points: <c>{"measurepoints": {name: value, ...}, "time": ms}</c>, alone or in a batch.</summary>
internal sealed class MeasureReader(DeviceSession session, DateTimeOffset now)
{
    private static readonly long s_maxTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <returns>One post of the device that the topic names, or <see cref="MessageRefused"/>.</returns>
    public static Result<List<MeasurePost>> ReadOne(DeviceSession session, DeviceMessage message, DateTimeOffset now)
    {
        if (message.Parameters is not { ValueKind: JsonValueKind.Object } parameters)
        {
            return Malformed("params is not an object");
        }

        var post = new MeasureReader(session, now).Read(parameters, skipsInvalid: false);
        return post.IsSuccess ? new List<MeasurePost> { post.Value } : post.Error;
    }

    /// <summary>All of it or nothing; each of it about the device itself or one that is signed in behind it.</summary>
    /// <returns>The posts, or <see cref="MessageRefused"/>.</returns>
    public static Result<List<MeasurePost>> ReadMany(DeviceSession session, DeviceMessage message, DateTimeOffset now)
    {
        if (message.Parameters is not { ValueKind: JsonValueKind.Array } items)
        {
            return Malformed("params is not an array");
        }

        if (items.GetArrayLength() == 0)
        {
            return new MessageRefused(ReplyCodes.Empty, "params is empty");
        }

        var skipsInvalid = DeviceMessage.Member(message.Root, "skipInvalidMeasurepoints")?.ValueKind == JsonValueKind.True;
        var posts = new List<MeasurePost>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            var owner = OwnerOf(item, session);
            if (!owner.IsSuccess)
            {
                return owner.Error;
            }

            var post = new MeasureReader(owner.Value, now).Read(item, skipsInvalid);
            if (post.IsSuccess)
            {
                posts.Add(post.Value);
            }
            else if (!skipsInvalid || ((MessageRefused)post.Error).Code != ReplyCodes.Empty)
            {
                return post.Error;
            }
        }

        return posts;
    }

    private static Result<DeviceSession> OwnerOf(JsonElement item, DeviceSession session)
    {
        var (product, device) = (DeviceMessage.Member(item, "productKey"), DeviceMessage.Member(item, "deviceKey"));
        if (product is null && device is null)
        {
            return session;
        }

        if (DeviceMessage.Text(product) is not { } productKey || DeviceMessage.Text(device) is not { } deviceKey)
        {
            return Malformed("productKey and deviceKey are texts, both or neither");
        }

        return session.Find(productKey, deviceKey) is { } owner
            ? owner
            : new MessageRefused(ReplyCodes.NoWritePermission, "no write permission: a device in it is not signed in here");
    }

    private Result<MeasurePost> Read(JsonElement item, bool skipsInvalid)
    {
        if (DeviceMessage.Member(item, "measurepoints") is not { ValueKind: JsonValueKind.Object } points)
        {
            return Malformed("measurepoints is not an object");
        }

        var at = TimeOf(item);
        if (!at.IsSuccess)
        {
            return at.Error;
        }

        var values = new List<MeasureValue>();
        foreach (var point in points.EnumerateObject())
        {
            if (ValueOf(point) is { } value)
            {
                values.Add(value);
            }
            else if (!skipsInvalid)
            {
                return new MessageRefused(ReplyCodes.ModelCheck, "model check failed: a measure point has a name or a value that none can have");
            }
        }

        return values.Count > 0
            ? new MeasurePost(session, at.Value, values)
            : new MessageRefused(ReplyCodes.Empty, "measurepoints is empty");
    }

    private Result<DateTimeOffset> TimeOf(JsonElement item) => DeviceMessage.Member(item, "time") switch
    {
        null => now,
        { ValueKind: JsonValueKind.Number } time when time.TryGetDouble(out var milliseconds) => milliseconds >= 0 && milliseconds <= s_maxTime
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : new MessageRefused(ReplyCodes.ModelCheck, "model check failed: time is in milliseconds since 1970"),
        _ => Malformed("time is not a number"),
    };

    private static MeasureValue? ValueOf(JsonProperty point)
    {
        string name;
        try
        {
            name = point.Name;
        }
        catch (InvalidOperationException)
        {
            return null; // half a character
        }

        if (!PointName.IsValid(name))
        {
            return null;
        }

        // With its quality, or by itself.
        var value = DeviceMessage.Member(point.Value, "value") ?? point.Value;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number) ? new MeasureValue(name, number, null) : null,
            JsonValueKind.True => new MeasureValue(name, 1, null),
            JsonValueKind.False => new MeasureValue(name, 0, null),
            JsonValueKind.String => DeviceMessage.Text(value) is { } text ? new MeasureValue(name, null, text) : null,
            JsonValueKind.Array or JsonValueKind.Object => new MeasureValue(name, null, JsonSerializer.Serialize(value)), // without the blanks and line breaks that it came with
            _ => null,
        };
    }

    private static MessageRefused Malformed(string reason) => new(ReplyCodes.PayloadFormat, $"payload format error, {reason}");
}
