using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Portal.Core.MeasurePoints;

namespace Portal.CommandLine;

/// <summary>How the portal, or the broker in front of it, answered a connection.</summary>
internal enum ConnectOutcome
{
    Accepted,

    /// <summary>CONNACK 4 or 5.</summary>
    Refused,

    /// <summary>Any other CONNACK.</summary>
    Unavailable,

    /// <summary>No CONNACK.</summary>
    Unreachable,
}

/// <summary>One piece of hardware that speaks MQTT as an EnOS device does: signs in with its triple, posts, waits for the reply.</summary>
internal sealed class SimulatedDevice(string productKey, string deviceKey) : IDisposable
{
    /// <summary>A post that the broker has taken and nobody has answered.</summary>
    public const int NoReply = 0;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(60);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _waiting = new();
    private long _lastId;

    public bool IsConnected => _client.IsConnected;

    private string Topic => $"/sys/{productKey}/{deviceKey}/thing/measurepoint/post";

    public async Task<ConnectOutcome> ConnectAsync(Uri address, bool isTls, TypedSecret secret, CancellationToken cancellationToken)
    {
        _client.ApplicationMessageReceivedAsync -= OnReplyAsync;
        _client.ApplicationMessageReceivedAsync += OnReplyAsync;
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithTcpServer(address.Host, address.Port)
            .WithClientId($"{deviceKey}|securemode=2,signmethod=sha256,timestamp={timestamp}|")
            .WithCredentials($"{deviceKey}&{productKey}", Sign(timestamp, secret))
            .WithCleanSession()
            .WithKeepAlivePeriod(s_keepAlive)
            .WithTimeout(s_patience)
            .WithTlsOptions(tls => tls.UseTls(isTls))
            .Build();
        try
        {
            var answer = await _client.ConnectAsync(options, cancellationToken);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
            {
                return answer.ResultCode is MqttClientConnectResultCode.NotAuthorized or MqttClientConnectResultCode.BadUserNameOrPassword
                    ? ConnectOutcome.Refused : ConnectOutcome.Unavailable;
            }

            await _client.SubscribeAsync($"{Topic}_reply", MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken);
            return ConnectOutcome.Accepted;
        }
        catch (Exception exception) when (IsFromTheNetwork(exception, cancellationToken))
        {
            return ConnectOutcome.Unreachable;
        }
    }

    /// <returns>The code of the reply, 200 when it is stored; <see cref="NoReply"/>; or nothing when the connection is gone.</returns>
    public async Task<int?> PostAsync(DateTimeOffset at, IReadOnlyList<MeasureValue> reading, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var reply = _waiting.GetOrAdd(id, _ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _client.PublishBinaryAsync(Topic, Payload(id, at, reading), MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: cancellationToken);
            return await reply.Task.WaitAsync(s_patience, cancellationToken);
        }
        catch (TimeoutException) when (_client.IsConnected)
        {
            return NoReply;
        }
        catch (Exception exception) when (exception is TimeoutException || IsFromTheNetwork(exception, cancellationToken))
        {
            return null;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Says goodbye, as a device that is switched off in an orderly way does.</summary>
    public async Task CloseAsync()
    {
        try
        {
            if (_client.IsConnected)
            {
                await _client.DisconnectAsync();
            }
        }
        catch (Exception exception) when (IsFromTheNetwork(exception, CancellationToken.None))
        {
            // It is closed either way.
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Source: EnOS, "Connecting without SDK": names in alphabetical order, no separators, the secret at the end.</summary>
    private string Sign(string timestamp, TypedSecret secret)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"clientId{deviceKey}deviceKey{deviceKey}productKey{productKey}timestamp{timestamp}"));
        hash.AppendData(secret.Bytes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static byte[] Payload(string id, DateTimeOffset at, IReadOnlyList<MeasureValue> reading) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        id,
        version = "1.0",
        method = "thing.measurepoint.post",
        @params = new
        {
            measurepoints = reading.ToDictionary(value => value.Point, value => value.Text ?? (object?)value.Number),
            time = at.ToUnixTimeMilliseconds(),
        },
    });

    private Task OnReplyAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        try
        {
            using var reply = JsonDocument.Parse(received.ApplicationMessage.Payload);
            if (reply.RootElement.GetProperty("id").GetString() is { } id && _waiting.TryGetValue(id, out var waiting))
            {
                waiting.TrySetResult(reply.RootElement.GetProperty("code").GetInt32());
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Not a reply.
        }

        return Task.CompletedTask;
    }

    /// <summary>MQTTnet reports a lost line by exceptions of many kinds, also as a cancellation that nobody asked for.</summary>
    private static bool IsFromTheNetwork(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Exceptions.MqttClientNotConnectedException
            or MQTTnet.Exceptions.MqttClientDisconnectedException or OperationCanceledException or IOException
            or System.Net.Sockets.SocketException or ObjectDisposedException;
}
