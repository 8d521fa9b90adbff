using System.Globalization;
using System.Text.Json;

namespace Portal.ConnectApi;

/// <summary>Takes arguments out of a body that <see cref="StrictJson"/> has held against its shape. What is null was left out.</summary>
internal static class JsonArguments
{
    public static string? Text(this JsonElement body, string name) => body.Find(name)?.GetString();

    public static bool? Flag(this JsonElement body, string name) => body.Find(name)?.GetBoolean();

    public static int? Number(this JsonElement body, string name) => body.Find(name)?.GetInt32();

    public static long? IntegerOrText(this JsonElement body, string name) => body.Find(name)?.AsInteger();

    /// <summary>An object whose members are all texts.</summary>
    public static Dictionary<string, string>? Texts(this JsonElement body, string name) =>
        body.Find(name)?.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal);

    /// <summary>A flag in an address.</summary>
    public static bool? Flag(this IReadOnlyDictionary<string, string> query, string name) => query.TryGetValue(name, out var value) ? value == "true" : null;

    /// <summary>A member that is there and is not null.</summary>
    public static JsonElement? Find(this JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A whole number, written as one or as a text of its digits; nothing if it is neither.</summary>
    public static long? AsInteger(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.TryGetInt64(out var number) ? number : null
        : long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number : null;
}
