using System.Text.Json;
using System.Text.Unicode;
using Portal.Core;

namespace Portal.Broker;

/// <summary>Codes of replies to devices (contract.md 6.3).</summary>
internal static class ReplyCodes
{
    public const int Ok = 200;
    public const int NotServed = 400;
    public const int Unavailable = 500;
    public const int TooLarge = 1008;
    public const int NoWritePermission = 1009;
    public const int ModelCheck = 1204;
    public const int PayloadFormat = 1220;
    public const int Empty = 1251;
    public const int MethodMismatch = 1260;
}

/// <summary>What a device sent cannot be taken.</summary>
internal sealed record MessageRefused(int Code, string Reason) : Error(Reason);

/// <summary>A request of a device: <c>{"id", "version", "method", "params"}</c>. Read in one way only.</summary>
internal sealed class DeviceMessage : IDisposable
{
    private const int MaxDepth = 16;
    private const int MaxIdLength = 64;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private readonly JsonDocument _document;

    private DeviceMessage(JsonDocument document, string id) => (_document, Id) = (document, id);

    /// <summary>As text, even if it came as a number: clients wait for the text.</summary>
    public string Id { get; }

    public JsonElement Root => _document.RootElement;

    public JsonElement? Parameters => Member(Root, "params");

    /// <returns>The request, or <see cref="MessageRefused"/>.</returns>
    public static Result<DeviceMessage> Read(ReadOnlyMemory<byte> payload, int maxBytes)
    {
        if (payload.Length > maxBytes)
        {
            return new MessageRefused(ReplyCodes.TooLarge, $"payload too large, {maxBytes} bytes at most");
        }

        if (payload.IsEmpty)
        {
            return new MessageRefused(ReplyCodes.Empty, "payload is empty");
        }

        if (!Utf8.IsValid(payload.Span))
        {
            return new MessageRefused(ReplyCodes.PayloadFormat, "payload format error, not UTF-8");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(payload, s_options);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: a member whose name is half a character.
            return new MessageRefused(ReplyCodes.PayloadFormat, "payload format error, not JSON, nested too deeply, or a member twice");
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object && IdOf(document.RootElement) is { } id)
        {
            return new DeviceMessage(document, id);
        }

        document.Dispose();
        return new MessageRefused(ReplyCodes.PayloadFormat, "payload format error, not an object with an id");
    }

    /// <summary>Whether the method fits the topic; the contract's older clients leave it out where they sign in others.</summary>
    public bool Fits(DeviceTopic topic) => Member(Root, "method") is { } method
        ? Text(method) == topic.Path.Replace('/', '.')
        : topic.IsSession;

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>Nothing when it is no text, or half a character.</summary>
    public static string? Text(JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text, or a number as it was written.</summary>
    public static string? TextOrNumber(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : Text(value);

    public void Dispose() => _document.Dispose();

    private static string? IdOf(JsonElement root)
    {
        var id = Member(root, "id");
        return id is null ? "" : TextOrNumber(id) is { Length: <= MaxIdLength } text ? text : null;
    }
}
