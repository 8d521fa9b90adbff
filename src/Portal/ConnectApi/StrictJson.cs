using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Portal.Core;

namespace Portal.ConnectApi;

/// <summary>An argument that cannot be what it has to be. EnOS code 99400, "Invalid Argument".</summary>
/// <param name="Name">As the caller wrote it: a query parameter, or a path into the body such as <c>deviceList[2].timezone</c>.</param>
public sealed record ArgumentInvalid(string Name, string Reason) : Error($"Invalid Argument {Name}: {Reason}");

/// <summary>
/// Reads a JSON body in one way only. A text that two readers could take for different things is refused: a member
/// twice or in two spellings, a number for a text, half a character.
/// </summary>
public static class StrictJson
{
    private const int MaxDepth = 32;
    private const int MaxNameLength = 64;
    private const string Body = "body";

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <returns>The body as an object of that shape, or <see cref="ArgumentInvalid"/>. To be disposed by the caller.</returns>
    public static Result<JsonDocument> Read(ReadOnlyMemory<byte> body, Shape shape)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return new ArgumentInvalid(Body, "it is not UTF-8");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, s_options);
        }
        catch (JsonException exception)
        {
            return new ArgumentInvalid(Body, exception.LineNumber is { } line
                ? string.Create(CultureInfo.InvariantCulture, $"it is not JSON, or too deeply nested, at line {line + 1}, byte {exception.BytePositionInLine + 1}")
                : "it is not JSON");
        }

        if (Check(document.RootElement, shape, "") is { } fault)
        {
            document.Dispose();
            return fault;
        }

        return document;
    }

    private static ArgumentInvalid? Check(JsonElement value, Shape shape, string path) => (shape.Kind, value.ValueKind) switch
    {
        (ShapeKind.Text, JsonValueKind.String) => IsWellFormed(value) ? null : Fault(path, "it holds half a character"),
        (ShapeKind.Boolean, JsonValueKind.True or JsonValueKind.False) => null,
        (ShapeKind.Number, JsonValueKind.Number) => value.TryGetInt32(out _) ? null : Fault(path, $"must be {shape.Words} of at most 32 bits"),
        (ShapeKind.LongNumber or ShapeKind.NumberOrText, JsonValueKind.Number) => value.TryGetInt64(out _) ? null : Fault(path, $"must be {shape.Words}"),
        (ShapeKind.NumberOrText, JsonValueKind.String) => IsWellFormed(value) && (value.ValueEquals("") || value.AsInteger() is not null) ? null : Fault(path, $"must be {shape.Words}"),
        (ShapeKind.Array, JsonValueKind.Array) => CheckItems(value, shape.Items!, path),
        (ShapeKind.Record, JsonValueKind.Object) => CheckNames(value, StringComparer.OrdinalIgnoreCase, path) ?? CheckMembers(value, shape, path),
        (ShapeKind.Free, JsonValueKind.Object) => CheckFree(value, shape.Items, path),
        _ => Fault(path, $"must be {shape.Words}"),
    };

    private static ArgumentInvalid? CheckItems(JsonElement array, Shape items, string path)
    {
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (Check(item, items, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]")) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static ArgumentInvalid? CheckMembers(JsonElement value, Shape shape, string path)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (shape.Members.FirstOrDefault(member => member.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)) is not { } member)
            {
                // Not ours to judge, but not to be misread by anybody either.
                if (CheckAny(property.Value, Join(path, property.Name)) is { } unknown)
                {
                    return unknown;
                }
            }
            else if (member.Name != property.Name)
            {
                return Fault(Join(path, property.Name), $"is spelt {member.Name}");
            }
            else if (property.Value.ValueKind == JsonValueKind.Null)
            {
                if (member.IsRequired)
                {
                    return Fault(Join(path, member.Name), $"{member.Name} is missing");
                }
            }
            else if (Check(property.Value, member.Shape, Join(path, member.Name)) is { } fault)
            {
                return fault;
            }
        }

        var missing = shape.Members.FirstOrDefault(member => member.IsRequired && !value.TryGetProperty(member.Name, out _));
        return missing is null ? null : Fault(Join(path, missing.Name), $"{missing.Name} is missing");
    }

    private static ArgumentInvalid? CheckFree(JsonElement value, Shape? values, string path) =>
        CheckNames(value, StringComparer.Ordinal, path) ?? value.EnumerateObject()
            .Select(property => values is null ? CheckAny(property.Value, Join(path, property.Name)) : Check(property.Value, values, Join(path, property.Name)))
            .FirstOrDefault(fault => fault is not null);

    private static ArgumentInvalid? CheckAny(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => CheckFree(value, null, path),
        JsonValueKind.Array => value.EnumerateArray().Select(item => CheckAny(item, path)).FirstOrDefault(fault => fault is not null),
        JsonValueKind.String => IsWellFormed(value) ? null : Fault(path, "it holds half a character"),
        _ => null,
    };

    /// <param name="comparer">Members of ours are the same in whatever spelling; names that a caller gave, such as those of tags, are its own matter.</param>
    private static ArgumentInvalid? CheckNames(JsonElement value, StringComparer comparer, string path)
    {
        var names = new HashSet<string>(comparer);
        foreach (var property in value.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException)
            {
                return Fault(path, "a name in it holds half a character");
            }

            if (!names.Add(name))
            {
                return Fault(Join(path, name), "is there more than once");
            }
        }

        return null;
    }

    /// <summary>An escape such as <c>\ud800</c> alone is text in JSON and in no other place.</summary>
    private static bool IsWellFormed(JsonElement text)
    {
        try
        {
            return text.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static ArgumentInvalid Fault(string path, string reason) => new(path.Length == 0 ? Body : Printable(path), reason);

    /// <summary>A name may be anything: what a caller wrote is repeated in letters that a log and a screen can show.</summary>
    internal static string Printable(string name) =>
        string.Concat((name.Length > MaxNameLength ? name[..MaxNameLength] : name).Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character));
}
