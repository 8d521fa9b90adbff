using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Persistence;

namespace Portal.Core.Devices;

/// <summary>EnOS <c>deviceAttributes</c>: a JSON object of at most 16 KiB, stored as text, nothing when it is empty.</summary>
public static class DeviceAttributes
{
    private const string Field = "deviceAttributes";
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public static FieldInvalid? Check(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return null;
        }

        if (Encoding.UTF8.GetByteCount(json) > ColumnLengths.Attributes)
        {
            return new FieldInvalid(Field, $"at most {ColumnLengths.Attributes} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Null ? null : new FieldInvalid(Field, "a JSON object");
        }
        catch (JsonException)
        {
            return new FieldInvalid(Field, $"a JSON object without members of the same name, at most {MaxDepth} deep");
        }
    }

    /// <summary>As it is stored: without blanks, members in the order they came in.</summary>
    internal static string? Normalize(string? json) => Write(Read(json));

    /// <summary>Members of <paramref name="changes"/> are put over the present ones; one that is JSON <c>null</c> goes.</summary>
    internal static string? Merge(string? present, string changes)
    {
        var merged = Read(present) ?? [];
        foreach (var (name, value) in Read(changes) ?? [])
        {
            merged.Remove(name);
            if (value is not null)
            {
                merged[name] = value.DeepClone();
            }
        }

        return Write(merged);
    }

    private static JsonObject? Read(string? json) =>
        string.IsNullOrWhiteSpace(json) ? null : JsonNode.Parse(json, documentOptions: s_options)?.AsObject();

    private static string? Write(JsonObject? attributes) => attributes is { Count: > 0 } ? attributes.ToJsonString() : null;
}
