using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Unit.Broker;

/// <summary>How a client connects; everything has a proper default.</summary>
internal sealed record ConnectChoices(MqttProtocolVersion Version = MqttProtocolVersion.V311, bool IsClean = true)
{
    public string? ClientId { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>2: with the device's secret, 3: with the product's, which is <see cref="Secret"/>.</summary>
    public int SecureMode { get; init; } = 2;

    public string? Secret { get; init; }

    public ushort KeepAlive { get; init; } = 60;

    public Action<MqttClientOptionsBuilder>? More { get; init; }
}

/// <summary>A device that speaks MQTT by the library's own client.</summary>
internal sealed class DeviceClient(Hardware hardware) : IDisposable
{
    /// <summary>As MQTT 5 says it; the library tells what older versions say in the same numbers.</summary>
    public const int NotAuthorized = 135;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly long s_firstTime = DateTimeOffset.UtcNow.AddHours(-6).ToUnixTimeMilliseconds();
    private static long s_times;

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource<MqttClientDisconnectReason> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lastId;

    public Hardware Hardware => hardware;

    public IMqttClient Mqtt => _client;

    /// <summary>0, or why it was refused.</summary>
    public int ResultCode { get; private set; }

    public MqttClientConnectResult? Result { get; private set; }

    public bool IsConnected => _client.IsConnected;

    /// <summary>What arrived, in order.</summary>
    public ConcurrentQueue<(string Topic, JsonElement Body)> Inbox { get; } = new();

    public static string Sign(Hardware hardware, string clientId, string timestamp, string? secret = null) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"clientId{clientId}deviceKey{hardware.DeviceKey}productKey{hardware.ProductKey}timestamp{timestamp}{secret ?? hardware.Secret}")));

    /// <summary>What a device sends to post one value; each at a time of its own.</summary>
    public static string Posting(int value, string id = "1") =>
        JsonSerializer.Serialize(new { id, method = "thing.measurepoint.post", @params = new { measurepoints = new { power = value }, time = NextTime() } });

    /// <summary>A millisecond later each time.</summary>
    private static long NextTime() => s_firstTime + Interlocked.Increment(ref s_times);

    public async Task ConnectAsync(int port, ConnectChoices choices)
    {
        const string Timestamp = "1795447138138";
        _client.DisconnectedAsync += gone =>
        {
            _disconnected.TrySetResult(gone.Reason);
            return Task.CompletedTask;
        };
        _client.ApplicationMessageReceivedAsync += message =>
        {
            Inbox.Enqueue((message.ApplicationMessage.Topic, JsonSerializer.Deserialize<JsonElement>(message.ApplicationMessage.ConvertPayloadToString())));
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithProtocolVersion(choices.Version)
            .WithCleanSession(choices.IsClean)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(choices.KeepAlive))
            .WithTimeout(s_patience)
            .WithClientId(choices.ClientId ?? $"{hardware.DeviceKey}|securemode={choices.SecureMode},signmethod=sha256,timestamp={Timestamp}|")
            .WithCredentials(choices.UserName ?? $"{hardware.DeviceKey}&{hardware.ProductKey}", choices.Password ?? Sign(hardware, hardware.DeviceKey, Timestamp, choices.Secret));
        choices.More?.Invoke(options);
        Result = await _client.ConnectAsync(options.Build());
        ResultCode = (int)Result.ResultCode;
    }

    /// <summary>Publishes, waits for the acknowledgement.</summary>
    public Task<MqttClientPublishResult> PublishAsync(string topic, string payload, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.AtLeastOnce, bool isRetained = false) =>
        _client.PublishAsync(new MqttApplicationMessage { Topic = topic, PayloadSegment = Encoding.UTF8.GetBytes(payload), QualityOfServiceLevel = quality, Retain = isRetained });

    /// <summary>Publishes a request, listens for the reply.</summary>
    public async Task<JsonElement> AskAsync(string topic, object parameters, string? method = null)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"ask-{Interlocked.Increment(ref _lastId)}");
        await SubscribeAsync(topic + "_reply");
        await PublishAsync(topic, JsonSerializer.Serialize(new { id, version = "1.1", method = method ?? string.Join('.', topic.Split('/')[(topic.StartsWith("/sys/", StringComparison.Ordinal) ? 4 : 5)..]), @params = parameters }));
        return (await WaitForAsync(message => message.Topic == topic + "_reply" && message.Body.GetProperty("id").GetString() == id)).Body;
    }

    public Task<JsonElement> PostAsync(string point, double value, string? topic = null) =>
        AskAsync(topic ?? hardware.Post, new { measurepoints = new Dictionary<string, object> { [point] = value }, time = NextTime() });

    /// <returns>Codes of the answer, one for each filter.</returns>
    public async Task<IReadOnlyList<int>> SubscribeAsync(params string[] filters)
    {
        var options = new MqttClientSubscribeOptionsBuilder();
        foreach (var filter in filters)
        {
            options.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        }

        return [.. (await _client.SubscribeAsync(options.Build())).Items.Select(item => (int)item.ResultCode)];
    }

    public async Task<(string Topic, JsonElement Body)> WaitForAsync(Func<(string Topic, JsonElement Body), bool> isIt)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (true)
        {
            foreach (var message in Inbox)
            {
                if (isIt(message))
                {
                    return message;
                }
            }

            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Waits until the portal has ended the connection.</summary>
    public Task<MqttClientDisconnectReason> DisconnectedAsync() => _disconnected.Task.WaitAsync(s_patience);

    public async Task DisconnectAsync()
    {
        if (_client.IsConnected)
        {
            try
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions());
            }
            catch (MqttCommunicationException)
            {
                // gone meanwhile
            }
        }
    }

    public void Dispose() => _client.Dispose();
}
