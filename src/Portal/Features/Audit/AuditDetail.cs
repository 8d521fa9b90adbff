using System.Text.Json;

namespace Portal.Features.Audit;

/// <summary>The facts of an audit entry, flat and in order, for people to read.</summary>
public static class AuditDetail
{
    private const int MaxFacts = 60;

    public static IReadOnlyList<(string Name, string Value)> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. Flatten("", document.RootElement).Take(MaxFacts)];
        }
        catch (JsonException)
        {
            return [("", json)];
        }
    }

    private static IEnumerable<(string, string)> Flatten(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(member => Flatten(name.Length == 0 ? member.Name : $"{name} › {member.Name}", member.Value)),
        JsonValueKind.Array => [(name, string.Join(", ", element.EnumerateArray().Select(item => item.ToString())))],
        _ => [(name, element.ToString())],
    };
}
