using System.Text.Json;

namespace Portal.ConnectApi;

/// <summary>Which page a search asks for; how far pages go is for the core to say.</summary>
internal sealed record ConnectPage(int Number, int Size)
{
    private const int DefaultSize = 10;

    public static (ConnectPage Page, ArgumentInvalid? Fault) Read(JsonElement body)
    {
        var pagination = body.Find("pagination");
        return (
            new ConnectPage(pagination?.Number("pageNo") ?? 1, pagination?.Number("pageSize") ?? DefaultSize),
            pagination?.Find("sorters") is { } sorters && sorters.GetArrayLength() > 0 ? new ArgumentInvalid("pagination.sorters", "sorting is not supported") : null);
    }

    /// <summary>The members that are wanted; nothing when all are. A path into one asks for all of it.</summary>
    public static HashSet<string>? Projection(JsonElement body) =>
        body.Find("projection") is { } names && names.GetArrayLength() > 0
            ? names.EnumerateArray().Select(name => name.GetString()!.Split('.')[0]).ToHashSet(StringComparer.Ordinal)
            : null;

    public void Write(Utf8JsonWriter json, long totalSize)
    {
        json.WriteStartObject("pagination");
        json.WriteNull("sortedBy");
        json.WriteNumber("pageNo", Number);
        json.WriteNumber("pageSize", Size);
        json.WriteNumber("totalSize", totalSize);
        json.WriteEndObject();
    }
}
