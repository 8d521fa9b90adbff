using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Core;
using Portal.Core.Applications;

namespace Portal.ConnectApi;

/// <summary>Reads a request for a token and words the answer.</summary>
public sealed partial class TokenDoor(RateLimits limits, GatewayRefusals gateway, IOptions<ConnectOptions> options, ILogger<TokenDoor> logger)
{
    private const string Business = "apim-token-service";

    public async Task HandleAsync(HttpContext context, Shape shape, Func<TokenRequest, JsonElement, Task<Result<AccessToken>>> ask)
    {
        var address = context.Connection.RemoteIpAddress?.ToString();
        var requestId = ConnectGateway.RequestIdOf(context);
        using var timeIsUp = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeIsUp.CancelAfter(options.Value.TimeLimit);
        var refusal = limits.OfAddress(address);
        var (body, unreadable) = refusal is null ? await BodyReader.ReadAsync(context.Request, options.Value.MaxBodySizeInBytes, timeIsUp.Token) : default;
        if ((refusal ?? unreadable) is { } turnedAway)
        {
            await gateway.AnswerAsync(context, turnedAway);
            return;
        }

        var result = await AskAsync(context, body, shape, address, requestId, ask);
        if (result.Error is { } error && ConnectErrors.AtGateway(error) is { } away)
        {
            await gateway.AnswerAsync(context, away);
            return;
        }

        var (status, message) = result.IsSuccess ? (0, "SUCCESS") : TokenErrors.Of(result.Error);
        if (result.IsSuccess)
        {
            LogAnswered(requestId, context.Request.Path);
        }
        else
        {
            gateway.Note(context, status, result.Error.GetType().Name);
        }

        await ConnectAnswers.SendAsync(context, StatusCodes.Status200OK, json => Write(json, status, message, result.Value));
    }

    private static async Task<Result<AccessToken>> AskAsync(
        HttpContext context, ReadOnlyMemory<byte> body, Shape shape, string? address, string requestId, Func<TokenRequest, JsonElement, Task<Result<AccessToken>>> ask)
    {
        if (context.Request.QueryString.HasValue)
        {
            return new ArgumentInvalid("query", "this address takes no parameters");
        }

        var read = body.IsEmpty ? new ArgumentInvalid("body", "it is missing") : StrictJson.Read(body, Lenient(shape));
        if (!read.IsSuccess)
        {
            return read.Error;
        }

        using var document = read.Value;
        var root = document.RootElement;
        return await ask(new TokenRequest(root.Text("appKey"), root.Text("encryption"), root.IntegerOrText("timestamp"), address, requestId), root);
    }

    /// <summary>What is missing is for the core to say: the token service has a code of its own for it.</summary>
    private static Shape Lenient(Shape shape) => shape with { Members = [.. shape.Members.Select(member => member with { IsRequired = false })] };

    private static void Write(Utf8JsonWriter json, int status, string message, AccessToken? token)
    {
        json.WriteNumber("status", status);
        json.WriteString("msg", message);
        json.WriteString("business", Business);
        if (token is null)
        {
            json.WriteNull("data");
            return;
        }

        json.WriteStartObject("data");
        json.WriteString("accessToken", token.Value);
        json.WriteNumber("expire", token.ExpiresInSeconds);
        json.WriteEndObject();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{RequestId}: {Path} gave a token")]
    private partial void LogAnswered(string requestId, string path);
}
