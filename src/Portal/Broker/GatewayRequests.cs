using System.Text.Json;
using MQTTnet.Protocol;
using Portal.Core;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>A gateway signs in and out what is behind it (<c>/ext/session/.../combine/...</c>).</summary>
internal sealed class GatewayRequests(DeviceDoor door)
{
    public const string Login = "combine/login";
    public const string LoginBatch = "combine/login/batch";
    public const string Logout = "combine/logout";

    /// <summary>Sign-ins at the same time: they share transactions.</summary>
    private const int MaxAtOnce = 100;

    private static readonly MessageRefused s_malformed = new(ReplyCodes.PayloadFormat, "payload format error, params does not name what is needed as texts");

    public async Task<DeviceAnswer> SignInAsync(DeviceSession gateway, DeviceMessage message)
    {
        if (message.Parameters is not { } parameters || Read(parameters, parameters) is not { } login)
        {
            return DeviceRequests.Refused(message.Id, s_malformed);
        }

        var result = await door.SignInBehindAsync(gateway, login);
        var (code, reason) = Told(result.Error);
        return Answer(code, DeviceReply.About(message.Id, code, reason, login.ProductKey, login.DeviceKey, result.Value?.AssetId));
    }

    public async Task<DeviceAnswer> SignInManyAsync(DeviceSession gateway, DeviceMessage message)
    {
        var logins = ReadMany(message);
        if (logins is null)
        {
            return Answer(s_malformed.Code, DeviceReply.AboutMany(message.Id, s_malformed.Code, s_malformed.Reason, [], []));
        }

        var results = new List<(SubDeviceLogin Login, Result<DeviceSession> Result)>(logins.Count);
        foreach (var some in logins.Chunk(MaxAtOnce))
        {
            results.AddRange(some.Zip(await Task.WhenAll(some.Select(login => door.SignInBehindAsync(gateway, login)))));
        }

        var refused = results.Where(result => !result.Result.IsSuccess).ToList();
        var code = refused.Count == 0 ? ReplyCodes.Ok : Told(refused[0].Result.Error).Code;
        return Answer(code, DeviceReply.AboutMany(
            message.Id, code, string.Concat(refused.Select(result => $"{result.Login.ProductKey}&{result.Login.DeviceKey} has error: {Told(result.Result.Error).Reason};")),
            results.Where(result => result.Result.IsSuccess).Select(result => result.Result.Value!), refused.Select(result => result.Login)));
    }

    public DeviceAnswer SignOut(DeviceSession gateway, DeviceMessage message)
    {
        if (message.Parameters is not { } parameters
            || DeviceMessage.Text(DeviceMessage.Member(parameters, "productKey")) is not { } productKey || DeviceMessage.Text(DeviceMessage.Member(parameters, "deviceKey")) is not { } deviceKey)
        {
            return DeviceRequests.Refused(message.Id, s_malformed);
        }

        var device = gateway.Find(productKey, deviceKey);
        if (device is null || device == gateway)
        {
            var (code, reason) = Told(new DeviceRefused(ConnectionCodes.NotBehindThisGateway, ""));
            return Answer(code, DeviceReply.About(message.Id, code, reason, productKey, deviceKey, null));
        }

        door.SignOut(device, SignOutReason.Closed);
        return Answer(ReplyCodes.Ok, DeviceReply.About(message.Id, ReplyCodes.Ok, "", productKey, deviceKey, null));
    }

    private static DeviceAnswer Answer(int code, byte[] reply) => new(code switch
    {
        ReplyCodes.Ok => MqttPubAckReasonCode.Success,
        ReplyCodes.PayloadFormat => MqttPubAckReasonCode.PayloadFormatInvalid,
        ConnectionCodes.Unavailable => MqttPubAckReasonCode.ImplementationSpecificError,
        _ => MqttPubAckReasonCode.NotAuthorized,
    }, reply);

    /// <summary>The contract's words; what the log knows more is not told to whoever asks.</summary>
    private static (int Code, string Reason) Told(Error? error) => error switch
    {
        null => (ReplyCodes.Ok, ""),
        DeviceRefused refused => (refused.Code, refused.Code switch
        {
            ConnectionCodes.Disabled => "Device is disable",
            ConnectionCodes.NotBehindThisGateway => "Sub device not belong the gateway",
            ConnectionCodes.GatewayMayNotBeBehindAnother => "Gateway may not login indirectly",
            ConnectionCodes.TooManyConnects => "Too many logins",
            ConnectionCodes.Unavailable => "Not stored, try again later",
            _ => "Sign check failed",
        }),
        _ => (ConnectionCodes.Unavailable, "Not stored, try again later"),
    };

    private static List<SubDeviceLogin>? ReadMany(DeviceMessage message)
    {
        if (message.Parameters is not { } shared || DeviceMessage.Member(shared, "subDevices") is not { ValueKind: JsonValueKind.Array } devices || devices.GetArrayLength() == 0)
        {
            return null;
        }

        var logins = new List<SubDeviceLogin>(devices.GetArrayLength());
        foreach (var device in devices.EnumerateArray())
        {
            if (Read(device, shared) is not { } login)
            {
                return null;
            }

            logins.Add(login);
        }

        // Twice the same device at once: which of the two is signed in then would be anybody's guess.
        return logins.DistinctBy(login => (login.ProductKey, login.DeviceKey)).Count() == logins.Count ? logins : null;
    }

    /// <param name="shared">Where a batch says once what is the same for all.</param>
    private static SubDeviceLogin? Read(JsonElement device, JsonElement shared)
    {
        string? Of(string name) => DeviceMessage.TextOrNumber(DeviceMessage.Member(device, name) ?? DeviceMessage.Member(shared, name));
        return Of("clientId") is { } clientId && Of("productKey") is { } productKey && Of("deviceKey") is { } deviceKey
            && Of("signMethod") is { } signMethod && Of("timestamp") is { } timestamp && Of("sign") is { } sign
            ? new SubDeviceLogin(clientId, productKey, deviceKey, signMethod, timestamp, sign)
            : null;
    }
}
