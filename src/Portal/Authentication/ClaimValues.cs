using System.Security.Claims;
using System.Text.Json;

namespace Portal.Authentication;

/// <summary>Reads the values of a claim however a provider writes them: repeated, as an array, or inside an object.</summary>
public static class ClaimValues
{
    /// <param name="path">The claim's name; dots lead into objects, unless a claim of exactly that name exists.</param>
    public static IReadOnlyList<string> Of(ClaimsPrincipal user, string path)
    {
        var values = user.FindAll(path).SelectMany(claim => Values(claim.Value, [])).ToList();
        var parts = path.Split('.');
        for (var length = parts.Length - 1; length > 0 && values.Count == 0; length--)
        {
            values = [.. user.FindAll(string.Join('.', parts[..length])).SelectMany(claim => Values(claim.Value, parts[length..]))];
        }

        return values;
    }

    private static IEnumerable<string> Values(string text, string[] path)
    {
        if (text is not ['[' or '{', ..])
        {
            return path.Length == 0 && text.Length > 0 ? [text] : [];
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. Values(json.RootElement, path)];
        }
        catch (JsonException)
        {
            return path.Length == 0 ? [text] : [];
        }
    }

    private static IEnumerable<string> Values(JsonElement element, string[] path) => element.ValueKind switch
    {
        JsonValueKind.Object when path.Length > 0 && element.TryGetProperty(path[0], out var inner) => Values(inner, path[1..]),
        JsonValueKind.Array when path.Length == 0 => element.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
        JsonValueKind.String when path.Length == 0 => [element.GetString()!],
        _ => [],
    };
}
