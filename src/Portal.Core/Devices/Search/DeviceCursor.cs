using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Organizations;
using Portal.Core.Products;

namespace Portal.Core.Devices.Search;

/// <summary>A place in the order of one search, as text for a URL.</summary>
/// <remarks>It is a position, not a permission: the organization comes from the query, and a place outside it is refused.</remarks>
internal sealed record DeviceCursor(DevicePlace Place, bool IsBackward)
{
    private const int Version = 1;
    private const int MaxLength = 1000;
    private const int CheckSize = 8;

    public string ToText(DeviceSearch search, DeviceQueryText text)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new object?[] { Version, IsBackward, Place.Stage, Place.RowNumber, Place.Key });
        return Base64Url.EncodeToString([.. Check(search, text), .. json]);
    }

    /// <summary>Nothing when it is not a cursor of this search.</summary>
    public static DeviceCursor? Read(string cursor, DeviceSearch search, DeviceQueryText text)
    {
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= CheckSize || !bytes.AsSpan(0, CheckSize).SequenceEqual(Check(search, text)))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(CheckSize));
            var parts = json.RootElement.EnumerateArray().ToArray();
            var place = new DevicePlace(parts[2].GetInt64(), KeyOf(parts[4]), parts[3].GetInt64());
            return parts.Length == 5 && parts[0].GetInt32() == Version && RowNumbers.OrganizationOf(place.RowNumber) == search.OrganizationNumber
                ? new DeviceCursor(place, parts[1].GetBoolean())
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static object? KeyOf(JsonElement key) => key.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => key.GetInt64(),
        _ => key.GetString(),
    };

    /// <summary>Tells cursors of different searches apart: one of another text or sort names a place that does not exist here.</summary>
    private static ReadOnlySpan<byte> Check(DeviceSearch search, DeviceQueryText text) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{search.OrganizationNumber}|{search.Sort}|{search.Descending}|{text}"))).AsSpan(0, CheckSize);
}
