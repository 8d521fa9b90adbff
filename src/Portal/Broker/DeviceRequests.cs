using Microsoft.Extensions.Options;
using MQTTnet.Protocol;
using Portal.Core;
using Portal.Core.Connections;
using Portal.Core.MeasurePoints;

namespace Portal.Broker;

/// <summary>What is said to a device about a message of it.</summary>
/// <param name="Reason">For its acknowledgement, as far as its protocol can say it.</param>
/// <param name="Reply">JSON, on the topic of the request with <see cref="DeviceTopic.Reply"/> behind it.</param>
internal sealed record DeviceAnswer(MqttPubAckReasonCode Reason, byte[]? Reply = null)
{
    public static DeviceAnswer Taken { get; } = new(MqttPubAckReasonCode.Success);

    /// <summary>Its credential ended while the message was looked at: nobody is there to be answered.</summary>
    public static DeviceAnswer Over { get; } = new(MqttPubAckReasonCode.UnspecifiedError);
}

/// <summary>What devices may ask for: data of their own, and signing in what is behind them.</summary>
internal sealed class DeviceRequests(GatewayRequests gateways, MeasureIngest measures, TimeProvider clock, IOptions<ConnectionOptions> options)
{
    private const string Post = "thing/measurepoint/post";
    private const string PostBatch = "thing/measurepoint/post/batch";

    private static readonly string[] s_aboutData = [Post, PostBatch];
    private static readonly string[] s_aboutSessions = [GatewayRequests.Login, GatewayRequests.LoginBatch, GatewayRequests.Logout];

    /// <summary>Whether it changes for whom the device may speak, so that what comes before and after it is not mixed with it.</summary>
    public static bool IsAboutWho(string topic) => DeviceTopic.TryParse(topic, out var parsed) && parsed.IsSession;

    /// <summary>Where a device asks for something; everywhere else it only listens.</summary>
    /// <param name="topic">Any of the device's.</param>
    public static IEnumerable<DeviceTopic> Served(DeviceTopic topic) =>
        (topic.IsSession ? s_aboutSessions : s_aboutData).Select(path => topic with { Path = path });

    public static bool IsServed(DeviceTopic topic) => (topic.IsSession ? s_aboutSessions : s_aboutData).Contains(topic.Path);

    /// <summary>Does what the message asks for. What is stored is durable once this returns.</summary>
    /// <param name="isRetained">To be kept for whoever subscribes later: nothing is.</param>
    public Task<DeviceAnswer> AnswerAsync(DeviceSession session, string topic, ReadOnlyMemory<byte> payload, bool isRetained)
    {
        if (!session.IsLive)
        {
            return Task.FromResult(DeviceAnswer.Over);
        }

        if (!DeviceTopic.TryParse(topic, out var parsed) || parsed.Of(session) is not { } speaker || isRetained)
        {
            return Task.FromResult(NotAllowed(payload, isRetained));
        }

        if (parsed.Path.EndsWith(DeviceTopic.Reply, StringComparison.Ordinal))
        {
            return Task.FromResult(DeviceAnswer.Taken); // what it thinks of something that it was sent
        }

        if (session.IsActivation)
        {
            return Task.FromResult(NotAllowed(payload, isRetained));
        }

        var message = DeviceMessage.Read(payload, options.Value.MaxMessageBytes);
        if (!message.IsSuccess)
        {
            return Task.FromResult(Refused("", message.Error));
        }

        return AnswerAsync(session, speaker, parsed, message.Value);
    }

    private async Task<DeviceAnswer> AnswerAsync(DeviceSession session, DeviceSession speaker, DeviceTopic topic, DeviceMessage message)
    {
        using (message)
        {
            if (!IsServed(topic))
            {
                return Refused(message.Id, new MessageRefused(ReplyCodes.NotServed, "not served here"));
            }

            if (!message.Fits(topic))
            {
                return Refused(message.Id, new MessageRefused(ReplyCodes.MethodMismatch, "method and topic do not match"));
            }

            return topic.Path switch
            {
                Post => await PostAsync(message.Id, MeasureReader.ReadOne(speaker, message, clock.GetUtcNow())),

                // Items may name any device that the sender speaks for; without a name they are about the topic's.
                PostBatch => await PostAsync(message.Id, MeasureReader.ReadMany(speaker, message, clock.GetUtcNow())),
                GatewayRequests.Login => await gateways.SignInAsync(session, message),
                GatewayRequests.LoginBatch => await gateways.SignInManyAsync(session, message),
                _ => gateways.SignOut(session, message),
            };
        }
    }

    private async Task<DeviceAnswer> PostAsync(string id, Result<List<MeasurePost>> posts)
    {
        if (!posts.IsSuccess)
        {
            return Refused(id, posts.Error);
        }

        if (posts.Value.Count == 0)
        {
            return new DeviceAnswer(MqttPubAckReasonCode.Success, DeviceReply.Ok(id)); // all of it was invalid, and it said to skip that
        }

        var stored = await measures.PostAsync(posts.Value);
        return stored.IsSuccess ? new DeviceAnswer(MqttPubAckReasonCode.Success, DeviceReply.Ok(id)) : Refused(id, stored.Error);
    }

    internal static DeviceAnswer Refused(string id, Error error) => error switch
    {
        SessionOver => new(MqttPubAckReasonCode.NotAuthorized, DeviceReply.Refused(id, ReplyCodes.NoWritePermission, "no write permission: a device in it is not signed in any more")),
        MessageRefused { Code: ReplyCodes.NoWritePermission } refused => new(MqttPubAckReasonCode.NotAuthorized, DeviceReply.Refused(id, refused.Code, refused.Reason)),
        MessageRefused refused => new(MqttPubAckReasonCode.PayloadFormatInvalid, DeviceReply.Refused(id, refused.Code, refused.Reason)),
        MeasureRefused refused => new(MqttPubAckReasonCode.PayloadFormatInvalid, DeviceReply.Refused(id, refused.Code, refused.Reason)),
        _ => new(MqttPubAckReasonCode.ImplementationSpecificError, DeviceReply.Refused(id, ReplyCodes.Unavailable, "not stored; try again later")),
    };

    /// <summary>With the id, if there is one to be read, so that whoever waits for the reply waits no longer.</summary>
    private DeviceAnswer NotAllowed(ReadOnlyMemory<byte> payload, bool isRetained)
    {
        var message = DeviceMessage.Read(payload, options.Value.MaxMessageBytes);
        using var read = message.Value;
        return Refused(read?.Id ?? "", new MessageRefused(ReplyCodes.NoWritePermission, isRetained ? "no write permission: nothing is retained" : "no write permission"));
    }
}
