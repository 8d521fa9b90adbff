using System.Text.Encodings.Web;
using System.Text.Json;
using Portal.Security;

namespace Portal.ConnectApi;

/// <summary>The two kinds of body that the door sends: EnOS's envelope, and the one sentence of the gateway in front of it.</summary>
public static class ConnectAnswers
{
    private const string ContentType = "application/json;charset=UTF-8";

    /// <summary>Letters as they are: the type is declared and nothing sniffs it, so there is no HTML to be careful of.</summary>
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task SendAsync(HttpContext context, string requestId, ConnectAnswer answer) => SendAsync(context, StatusCodes.Status200OK, json =>
    {
        WriteHead(json, 0, "OK", answer.RequestId ?? requestId);
        json.WritePropertyName("data");
        if (answer.Data is null)
        {
            json.WriteNullValue();
        }
        else
        {
            answer.Data(json);
        }

        answer.Beside?.Invoke(json);
    });

    /// <summary>A refusal of the service: HTTP 200, because EnOS clients read no other.</summary>
    public static Task SendAsync(HttpContext context, string requestId, ConnectError error) => SendAsync(context, StatusCodes.Status200OK, json =>
    {
        WriteHead(json, error.Code, error.Message, requestId);
        json.WriteNull("data");
    });

    /// <summary>A refusal of the gateway: it does not belong to a service, and its body says why and nothing else.</summary>
    public static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return SendAsync(context, refusal.Status, json => json.WriteString("message", refusal.Message));
    }

    /// <summary>An object with these members.</summary>
    internal static async Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        using var buffer = new WipedBuffer();
        await using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = buffer.Written.Length;
        await response.Body.WriteAsync(buffer.Written, context.RequestAborted);
    }

    internal static void WriteHead(Utf8JsonWriter json, int code, string message, string requestId)
    {
        json.WriteNumber("code", code);
        json.WriteString("msg", message);
        json.WriteString("requestId", requestId);
    }
}

/// <summary>What the gateway answers instead of passing a call on.</summary>
public sealed record Refusal(int Status, string Message)
{
    public static readonly Refusal Malformed = new(StatusCodes.Status400BadRequest, "Bad Request");
    public static readonly Refusal Unreadable = new(StatusCodes.Status400BadRequest, "Cannot process request body");
    public static readonly Refusal Unauthorized = new(StatusCodes.Status401Unauthorized, "Invalid authentication credentials");
    public static readonly Refusal Repeated = Unauthorized with { Message = $"{Unauthorized.Message}: this signature was used already" };
    public static readonly Refusal UnknownPublicKey = new(StatusCodes.Status403Forbidden, "apim-publickey is not the fingerprint of a public key of this application");
    public static readonly Refusal Insecure = new(StatusCodes.Status403Forbidden, "This address is served over HTTPS only");
    public static readonly Refusal NotFound = new(StatusCodes.Status404NotFound, "There is nothing at this address");
    public static readonly Refusal MethodNotAllowed = new(StatusCodes.Status405MethodNotAllowed, "This address does not take that method");
    public static readonly Refusal TooSlow = new(StatusCodes.Status408RequestTimeout, "The request took too long to arrive");
    public static readonly Refusal Superseded = new(StatusCodes.Status409Conflict, "The secret of this call is no longer valid: the device was given another one since, or is gone");
    public static readonly Refusal TooLarge = new(StatusCodes.Status413PayloadTooLarge, "Request size limit exceeded");
    public static readonly Refusal WrongType = new(StatusCodes.Status415UnsupportedMediaType, "Send the body as application/json in UTF-8, not compressed");
    public static readonly Refusal Failed = new(StatusCodes.Status500InternalServerError, "An unexpected error occurred");

    public TimeSpan? RetryAfter { get; init; }

    public static Refusal TooMany(TimeSpan? wait) =>
        new(StatusCodes.Status429TooManyRequests, "API rate limit exceeded") { RetryAfter = wait ?? TimeSpan.FromSeconds(1) };

    public static Refusal Unavailable { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "Service unavailable") { RetryAfter = TimeSpan.FromSeconds(10) };
}
