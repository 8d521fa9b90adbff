using System.Buffers;
using System.Text;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>One connection of a device, from its first packet to its last.</summary>
internal sealed class DeviceLink(DeviceBroker broker, PacketStream packets, string? address, Action abort)
{
    private static readonly TimeSpan s_connectPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long a device that was given its secret may stay, and how long once it has said that it got it.</summary>
    private static readonly TimeSpan s_activation = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_activated = TimeSpan.FromSeconds(1);

    /// <summary>From the last word to a device to the end of its connection, whether it listens or not.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private DeviceSession? _session;
    private TopicFilters _filters = null!;
    private UnreleasedMessages _unreleased = null!;
    private TimeSpan _kept;
    private MqttPublishPacket? _will;
    private uint _maxBytesSent = uint.MaxValue;
    private TimeSpan _silence;
    private long _deadline = Environment.TickCount64 + (long)s_connectPatience.TotalMilliseconds;
    private Task _acknowledged = Task.CompletedTask;
    private int _pending;
    private int _isEnding;
    private SignOutReason _reason = SignOutReason.ConnectionLost;

    /// <summary>Whether it has been silent for longer than it may.</summary>
    public bool IsOverdue(long now) => now > Volatile.Read(ref _deadline);

    public async Task RunAsync()
    {
        try
        {
            if (await packets.ReadAsync() is MqttConnectPacket connect && await SignInAsync(connect))
            {
                await ReceiveAsync();
            }
        }
        catch (PacketRefusedException refused)
        {
            _reason = SignOutReason.Refused;
            await RefuseAsync(refused);
        }
        catch (Exception exception) when (Connections.IsLoss(exception))
        {
            // The other side is gone; the rest is the same as when it says so.
        }
        finally
        {
            await FinishAsync();
        }
    }

    /// <summary>Ends the connection, with a word to who understands it. Returns at once.</summary>
    public void End(SignOutReason reason)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            _reason = reason;
            _ = EndAsync(reason);
        }
    }

    private async Task EndAsync(SignOutReason reason)
    {
        // A command waits for its caller: nothing of this is its matter.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await TellAsync(reason switch
        {
            SignOutReason.TakenOver => MqttDisconnectReasonCode.SessionTakenOver,
            SignOutReason.CredentialEnded => MqttDisconnectReasonCode.NotAuthorized,
            SignOutReason.KeepAlive => MqttDisconnectReasonCode.KeepAliveTimeout,
            SignOutReason.Shutdown => MqttDisconnectReasonCode.ServerShuttingDown,
            _ => MqttDisconnectReasonCode.AdministrativeAction,
        });
        packets.StopReading();
        await Task.Delay(s_farewell);
        abort();
    }

    private async Task RefuseAsync(PacketRefusedException refused)
    {
        if (_session is not null)
        {
            await TellAsync(refused.Reason);
        }
        else if (packets.IsVersion5)
        {
            await packets.WriteAsync(ConnectAnswers.Refused((MqttConnectReasonCode)refused.Reason, MqttConnectReturnCode.ConnectionRefusedNotAuthorized));
        }
        else if (refused.ConnectCode is { } code)
        {
            await packets.RefuseConnectAsync(code);
        }
    }

    /// <summary>Why it ends: only MQTT 5 has a packet for it.</summary>
    private async Task TellAsync(MqttDisconnectReasonCode reason)
    {
        if (packets.IsVersion5 && _session is not null)
        {
            await packets.WriteAsync(new MqttDisconnectPacket { ReasonCode = reason });
        }
    }

    private async Task<bool> SignInAsync(MqttConnectPacket connect)
    {
        var asked = new DeviceConnect(connect.ClientId ?? "", connect.Username, connect.Password, address);
        if (Refusal(connect) is var (unfit, why))
        {
            broker.Door.TurnAway(asked, why);
            await packets.WriteAsync(unfit);
            return false;
        }

        // The device is signed in, or nothing has happened: who is connected as this device stays so until then.
        var result = await broker.Door.SignInAsync(asked);
        if (!result.IsSuccess)
        {
            await packets.WriteAsync(ConnectAnswers.Refused(result.Error));
            return false;
        }

        _session = result.Value;
        var (options, wished) = (broker.Options, connect.KeepAlivePeriod);
        var keepAlive = (ushort)(wished == 0 ? options.MaxKeepAliveSeconds : Math.Clamp((int)wished, options.MinKeepAliveSeconds, options.MaxKeepAliveSeconds));
        _silence = TimeSpan.FromSeconds(keepAlive * 1.5);
        _maxBytesSent = connect.MaximumPacketSize == 0 ? uint.MaxValue : connect.MaximumPacketSize;
        packets.MaxBytes = broker.MaxPacketBytes;

        var kept = Resume(connect);
        _will = connect.WillFlag && !_session.IsActivation ? new MqttPublishPacket { Topic = connect.WillTopic, PayloadSegment = connect.WillMessage } : null;
        Extend();
        broker.Add(_session, this);
        var sent = await packets.WriteAsync(ConnectAnswers.Accepted(
            kept, broker.MaxPacketBytes, packets.IsVersion5 && keepAlive != wished ? keepAlive : (ushort)0, packets.IsVersion5 ? (uint)_kept.TotalSeconds : 0));
        if (_session.IsActivation)
        {
            await ActivationPush.SendAsync(_session, packets);
            _reason = SignOutReason.SecretIssued;
            Extend(s_activation);
        }

        return sent;
    }

    /// <summary>What can be refused without asking who it is.</summary>
    private static (MqttConnAckPacket Answer, string Why)? Refusal(MqttConnectPacket connect) => connect switch
    {
        { AuthenticationMethod: not null } => (ConnectAnswers.Refused(MqttConnectReasonCode.BadAuthenticationMethod, MqttConnectReturnCode.ConnectionRefusedNotAuthorized), "another way to authenticate"),
        { Username: null or "" } or { Password: null or [] } =>
            (ConnectAnswers.Refused(MqttConnectReasonCode.BadUserNameOrPassword, MqttConnectReturnCode.ConnectionRefusedBadUsernameOrPassword), "no user name or no password"),
        { WillQoS: > MqttQualityOfServiceLevel.ExactlyOnce } =>
            (ConnectAnswers.Refused(MqttConnectReasonCode.MalformedPacket, MqttConnectReturnCode.ConnectionRefusedNotAuthorized), "a last word of a quality that is none"),
        { WillFlag: true, WillRetain: true } => (ConnectAnswers.Refused(MqttConnectReasonCode.RetainNotSupported, MqttConnectReturnCode.ConnectionRefusedNotAuthorized), "a last word to be retained"),
        { WillFlag: true } when !DeviceTopic.IsOwn(connect.WillTopic, connect.Username) =>
            (ConnectAnswers.Refused(MqttConnectReasonCode.NotAuthorized, MqttConnectReturnCode.ConnectionRefusedNotAuthorized), "a last word on a topic of others"),
        _ => null,
    };

    /// <returns>Whether there is something to go on with.</returns>
    private bool Resume(MqttConnectPacket connect)
    {
        _kept = _session!.IsActivation ? TimeSpan.Zero
            : packets.IsVersion5 ? TimeSpan.FromSeconds(Math.Min(connect.SessionExpiryInterval, (uint)KeptSessions.MaxTime.TotalSeconds))
            : connect.CleanSession ? TimeSpan.Zero : KeptSessions.MaxTime;
        var kept = broker.Kept.Take(_session);
        var isKept = kept is not null && !connect.CleanSession;
        (_filters, _unreleased) = isKept ? kept!.Value : (new TopicFilters(), new UnreleasedMessages());
        if (_kept > TimeSpan.Zero)
        {
            broker.Kept.Keep(_session, _filters, _unreleased, time: null);
        }

        return isKept;
    }

    private async Task ReceiveAsync()
    {
        while (_session!.IsLive && await packets.ReadAsync() is { } packet && _session.IsLive)
        {
            if (!_session.IsActivation)
            {
                Extend();
            }

            switch (packet)
            {
                case MqttPublishPacket publish:
                    await PublishAsync(publish);
                    break;
                case MqttPingReqPacket:
                    await packets.WriteAsync(MqttPingRespPacket.Instance);
                    break;
                case MqttSubscribePacket subscribe:
                    await SubscribeAsync(subscribe);
                    break;
                case MqttUnsubscribePacket unsubscribe:
                    if (unsubscribe.TopicFilters.Count == 0)
                    {
                        throw new PacketRefusedException(MqttDisconnectReasonCode.ProtocolError, "it unsubscribes from nothing");
                    }

                    await packets.WriteAsync(new MqttUnsubAckPacket { PacketIdentifier = Identified(unsubscribe), ReasonCodes = [.. unsubscribe.TopicFilters.Select(_filters.Remove)] });
                    break;
                case MqttPubRelPacket release:
                    _unreleased.Release(Identified(release));
                    await packets.WriteAsync(new MqttPubCompPacket { PacketIdentifier = Identified(release) });
                    break;
                case MqttPubAckPacket or MqttPubRecPacket or MqttPubCompPacket:
                    break; // nothing is sent that would be waited for
                case MqttDisconnectPacket { ReasonCode: MqttDisconnectReasonCode.DisconnectWithWillMessage }:
                    return;
                case MqttDisconnectPacket:
                    _will = null;
                    _reason = _session.IsActivation ? SignOutReason.SecretIssued : SignOutReason.Closed;
                    return;
                default:
                    throw new PacketRefusedException(MqttDisconnectReasonCode.ProtocolError, "it is none that a device sends");
            }
        }
    }

    private async ValueTask PublishAsync(MqttPublishPacket publish)
    {
        if (string.IsNullOrEmpty(publish.Topic) || publish.TopicAlias != 0)
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.TopicAliasInvalid, "there are no topic aliases");
        }

        if (publish.Topic.AsSpan().ContainsAny("+#\0\uFFFD"))
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.TopicNameInvalid, "no message can be published there"); // U+FFFD: it was no UTF-8
        }

        if (publish.Retain && packets.IsVersion5)
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.RetainNotSupported, "nothing is retained");
        }

        if (publish.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce)
        {
            Identified(publish);
        }

        if (publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce && !_unreleased.Take(publish.PacketIdentifier))
        {
            // It came before and was not let go of yet: the answer may be lost, the message is not.
            await _acknowledged;
            await packets.WriteAsync(new MqttPubRecPacket { PacketIdentifier = publish.PacketIdentifier });
            return;
        }

        // Many are on their way at once, so that a device need not wait for the disk with each; answered in their order.
        var isAlone = DeviceRequests.IsAboutWho(publish.Topic);
        if (isAlone || Volatile.Read(ref _pending) >= ConnectAnswers.MaxPending)
        {
            await _acknowledged;
        }

        Interlocked.Increment(ref _pending);
        _acknowledged = AcknowledgeAsync(_acknowledged, AnswerAsync(publish), publish);
        if (isAlone)
        {
            await _acknowledged;
        }

        if (_session!.IsActivation && publish.Topic.EndsWith(DeviceTopic.Activation + DeviceTopic.Reply, StringComparison.Ordinal))
        {
            Extend(s_activated);
        }
    }

    private Task<DeviceAnswer> AnswerAsync(MqttPublishPacket publish) => broker.Requests.AnswerAsync(
        _session!, publish.Topic, publish.Payload.IsSingleSegment ? publish.Payload.First : publish.Payload.ToArray(), publish.Retain);

    private async Task AcknowledgeAsync(Task before, Task<DeviceAnswer> answering, MqttPublishPacket publish)
    {
        await before;
        try
        {
            var answer = await answering;
            if (answer != DeviceAnswer.Over && _session!.IsLive)
            {
                var acknowledgement = Acknowledgement(publish, answer.Reason);
                if (answer.Reason != MqttPubAckReasonCode.Success && publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce)
                {
                    _unreleased.Release(publish.PacketIdentifier); // not stored: it comes again as a new one
                }

                var reply = Reply(publish.Topic, answer);
                if ((reply ?? acknowledgement) is { } first)
                {
                    await packets.WriteAsync(first, reply is null ? null : acknowledgement);
                }
            }
        }
        catch (Exception exception)
        {
            broker.Report(exception);
            End(SignOutReason.Refused);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <summary>Nothing where it would say that something is stored which is not: the device keeps it, and sends it again.</summary>
    private MqttPacket? Acknowledgement(MqttPublishPacket publish, MqttPubAckReasonCode reason) =>
        reason == MqttPubAckReasonCode.ImplementationSpecificError && !packets.IsVersion5 ? null : publish.QualityOfServiceLevel switch
        {
            MqttQualityOfServiceLevel.AtLeastOnce => new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier, ReasonCode = reason },
            MqttQualityOfServiceLevel.ExactlyOnce => new MqttPubRecPacket { PacketIdentifier = publish.PacketIdentifier, ReasonCode = (MqttPubRecReasonCode)reason },
            _ => null,
        };

    /// <summary>That all went well is told to who listens for it; that something was refused to everybody, or nobody would learn why.</summary>
    private MqttPublishPacket? Reply(string topic, DeviceAnswer answer)
    {
        var replyTopic = topic + DeviceTopic.Reply;
        if (answer.Reply is null || Encoding.UTF8.GetByteCount(replyTopic) > ushort.MaxValue || replyTopic.Length + answer.Reply.Length > _maxBytesSent
            || (answer.Reason == MqttPubAckReasonCode.Success && !_filters.Match(replyTopic)))
        {
            return null;
        }

        return new MqttPublishPacket { Topic = replyTopic, PayloadSegment = answer.Reply };
    }

    private async Task SubscribeAsync(MqttSubscribePacket subscribe)
    {
        if (subscribe.TopicFilters.Count == 0)
        {
            throw new PacketRefusedException(MqttDisconnectReasonCode.ProtocolError, "it subscribes to nothing");
        }

        await packets.WriteAsync(new MqttSubAckPacket { PacketIdentifier = Identified(subscribe), ReasonCodes = [.. subscribe.TopicFilters.Select(Subscribe)] });
    }

    private MqttSubscribeReasonCode Subscribe(MqttTopicFilter filter)
    {
        if (!TopicFilters.IsWellFormed(filter.Topic) || filter.QualityOfServiceLevel > MqttQualityOfServiceLevel.ExactlyOnce)
        {
            return MqttSubscribeReasonCode.TopicFilterInvalid;
        }

        if (!DeviceTopic.TryParse(filter.Topic, out var topic) || topic.Of(_session!) is null)
        {
            return MqttSubscribeReasonCode.NotAuthorized;
        }

        if (_filters.Count >= DeviceBroker.MaxFilters(_session!))
        {
            return MqttSubscribeReasonCode.QuotaExceeded;
        }

        _filters.Add(filter.Topic);
        return (MqttSubscribeReasonCode)filter.QualityOfServiceLevel;
    }

    private static ushort Identified(MqttPacketWithIdentifier packet) => packet.PacketIdentifier != 0
        ? packet.PacketIdentifier
        : throw new PacketRefusedException(MqttDisconnectReasonCode.ProtocolError, "it has no identifier");

    private void Extend() => Extend(_silence);

    private void Extend(TimeSpan time) => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    private async Task FinishAsync()
    {
        if (_session is null)
        {
            return;
        }

        try
        {
            await _acknowledged;
            if (_will is not null && _session.IsLive)
            {
                await AcknowledgeAsync(Task.CompletedTask, AnswerAsync(_will), _will);
            }

            if (_kept > TimeSpan.Zero && _session.EndedBy is not (SignOutReason.CredentialEnded or SignOutReason.TakenOver))
            {
                broker.Kept.Keep(_session, _filters, _unreleased, _kept);
            }
        }
        finally
        {
            broker.Remove(_session);
            broker.Door.SignOut(_session, _reason);
        }
    }
}
