using System.IO.Compression;
using System.Text.Json;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>A page of the grid as the document hands it to the circuit.</summary>
public sealed record FirstDevicePage(
    string Query, IReadOnlyList<DeviceRow> Rows, string? Next, string? Previous, long Total, bool IsCapped, StatusCounts? Counts)
{
    /// <summary>Packed: it travels down in the document and up again when the circuit starts, and grows by three quarters on the way.</summary>
    public byte[] Pack()
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, this);
        }

        return packed.ToArray();
    }

    public static FirstDevicePage? Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<FirstDevicePage>(brotli);
    }
}
