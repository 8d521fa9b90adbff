using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MQTTnet.Protocol;
using Portal.Broker;
using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>
/// EMQX's HTTP authenticator and authorizer, and its webhooks (a rule on <c>$events/client_connected</c>,
/// <c>$events/client_disconnected</c> and <c>/sys/#</c>, <c>/ext/session/#</c> with an HTTP action): JSON in, <c>{"result": ...}</c> out.
/// </summary>
internal sealed class EmqxHooks(HookSessions sessions, IOptions<ConnectionOptions> options)
{
    private const string Allow = "allow";
    private const string Deny = "deny";

    /// <summary>EMQX goes on to the next authenticator, and lets nobody in if there is none.</summary>
    private const string Ignore = "ignore";

    /// <summary>Beside the message: names, topic, and what EMQX tells of the connection. A message may be written with an escape for each byte.</summary>
    private const int MaxBytesBeside = 32 * 1024;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 24, AllowDuplicateProperties = false };

    public static void MapEmqxHooks(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(PortalRoutes.HookAuth, (HttpContext context, EmqxHooks hooks) => hooks.ReadAsync(context, hooks.SignInAsync));
        endpoints.MapPost(PortalRoutes.HookAcl, (HttpContext context, EmqxHooks hooks) => hooks.ReadAsync(context, hooks.AuthorizeAsync));
        endpoints.MapPost(PortalRoutes.HookEvent, (HttpContext context, EmqxHooks hooks) => hooks.ReadAsync(context, hooks.HearAsync));
    }

    private async Task SignInAsync(HttpContext context, JsonElement asked)
    {
        var result = await sessions.SignInAsync(new DeviceConnect(
            Text(asked, "clientid") ?? "", Text(asked, "username"), HookAnswers.Bytes(Text(asked, "password")), Text(asked, "peerhost")));
        if (result.Error is DeviceRefused { Code: ConnectionCodes.Unavailable })
        {
            await HookAnswers.SendAsync(context, StatusCodes.Status503ServiceUnavailable, Ignore);
            return;
        }

        await HookAnswers.SendAsync(context, StatusCodes.Status200OK, result.IsSuccess ? Allow : Deny, json => json.WriteBoolean("is_superuser", false));
    }

    private Task AuthorizeAsync(HttpContext context, JsonElement asked) => HookAnswers.SendAsync(
        context, StatusCodes.Status200OK,
        Text(asked, "action") is ("publish" or "subscribe") and var action
        && sessions.Allows(Text(asked, "username"), Text(asked, "clientid"), Text(asked, "topic"), isPublish: action == "publish") ? Allow : Deny);

    private Task HearAsync(HttpContext context, JsonElement told) => Text(told, "event") switch
    {
        "client.disconnected" => HearEndAsync(context, told),
        "message.publish" => HearMessageAsync(context, told),
        _ => HookAnswers.SendAsync(context, StatusCodes.Status200OK, Ignore), // a connection was asked about before
    };

    private async Task HearEndAsync(HttpContext context, JsonElement told)
    {
        // Taken over: the report is about a connection that the portal has forgotten already.
        if (Text(told, "reason") is not ("takenover" or "discarded"))
        {
            sessions.SignOut(Text(told, "username"), Text(told, "clientid"), Instant(told, "disconnected_at"), Text(told, "reason") switch
            {
                "normal" => SignOutReason.Closed,
                "keepalive_timeout" => SignOutReason.KeepAlive,
                "not_authorized" or "kicked" => SignOutReason.Refused,
                _ => SignOutReason.ConnectionLost,
            });
        }

        await HookAnswers.SendAsync(context, StatusCodes.Status200OK, Allow);
    }

    /// <summary>Answers with the reply to the device as well: EMQX does not pass it on, somebody in between may.</summary>
    private async Task HearMessageAsync(HttpContext context, JsonElement told)
    {
        var topic = Text(told, "topic") ?? "";
        var answer = await sessions.AnswerAsync(
            Text(told, "username"), Text(told, "clientid"), Instant(told, "publish_received_at") ?? Instant(told, "timestamp"), topic, PayloadIn(told));
        if (answer.Reason == MqttPubAckReasonCode.ImplementationSpecificError)
        {
            await HookAnswers.SendAsync(context, StatusCodes.Status503ServiceUnavailable, Ignore);
            return;
        }

        await HookAnswers.SendAsync(context, StatusCodes.Status200OK, answer.Reason == MqttPubAckReasonCode.Success ? Allow : Deny, json =>
        {
            if (answer.Reply is not null)
            {
                json.WriteStartObject("reply");
                json.WriteString("topic", topic + DeviceTopic.Reply);
                json.WritePropertyName("payload");
                json.WriteRawValue(answer.Reply);
                json.WriteEndObject();
            }
        });
    }

    /// <summary>As EMQX sends it, a text; or as a template may write it, the JSON itself.</summary>
    private static byte[] PayloadIn(JsonElement told) =>
        DeviceMessage.Member(told, "payload") is not { } payload ? []
        : payload.ValueKind == JsonValueKind.String ? HookAnswers.Bytes(DeviceMessage.Text(payload))
        : HookAnswers.Bytes(payload.GetRawText());

    private async Task ReadAsync(HttpContext context, Func<HttpContext, JsonElement, Task> handle)
    {
        var maxBytes = (options.Value.MaxMessageBytes * 6) + MaxBytesBeside;
        var (body, refusal) = await ConnectApi.BodyReader.ReadAsync(context.Request, maxBytes, context.RequestAborted);
        if (refusal is not null)
        {
            context.Response.StatusCode = refusal.Status;
            return;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, s_json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using (document)
        {
            await handle(context, document.RootElement);
        }
    }

    private static string? Text(JsonElement asked, string name) => DeviceMessage.Text(DeviceMessage.Member(asked, name));

    private static DateTimeOffset? Instant(JsonElement told, string name) =>
        DeviceMessage.TextOrNumber(DeviceMessage.Member(told, name)) is { } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}
