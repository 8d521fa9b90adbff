using System.Buffers.Binary;

namespace Bench.Fleet;

/// <summary>Bytes of the file that a table or index takes: its B-tree pages and their overflow pages.</summary>
/// <remarks>Reads the file itself (https://sqlite.org/fileformat2.html), since the bundled SQLite comes without <c>dbstat</c>.</remarks>
internal sealed class SqlitePages : IDisposable
{
    private const byte IndexInterior = 2;
    private const byte TableInterior = 5;
    private const byte IndexLeaf = 10;
    private const byte TableLeaf = 13;

    private readonly FileStream _file;
    private readonly int _pageSize;

    public SqlitePages(string database)
    {
        _file = File.OpenRead(database);
        var header = new byte[100];
        _file.ReadExactly(header);
        _pageSize = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16)) is var size && size == 1 ? 65536 : size;
    }

    public long BytesOf(long rootPage) => PagesOf(rootPage) * _pageSize;

    public void Dispose() => _file.Dispose();

    private long PagesOf(long number)
    {
        var page = new byte[_pageSize];
        _file.Position = (number - 1) * _pageSize;
        _file.ReadExactly(page);
        var start = number == 1 ? 100 : 0;
        var kind = page[start];
        var interior = kind is IndexInterior or TableInterior;
        var cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
        var pages = 1L;
        for (var i = 0; i < cells; i++)
        {
            int cell = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + (interior ? 12 : 8) + (i * 2)));
            if (interior)
            {
                pages += PagesOf(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(cell)));
                cell += 4;
            }

            if (kind != TableInterior)
            {
                pages += OverflowPages(kind, Varint(page, cell));
            }
        }

        return interior ? pages + PagesOf(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(start + 8))) : pages;
    }

    private long OverflowPages(byte kind, long payload)
    {
        var most = kind == TableLeaf ? _pageSize - 35 : ((_pageSize - 12) * 64 / 255) - 23;
        if (payload <= most)
        {
            return 0;
        }

        var least = ((_pageSize - 12) * 32 / 255) - 23;
        var kept = least + ((payload - least) % (_pageSize - 4));
        return (payload - (kept <= most ? kept : least) + _pageSize - 5) / (_pageSize - 4);
    }

    private static long Varint(byte[] page, int position)
    {
        var value = 0L;
        for (var i = 0; i < 8; i++)
        {
            value = (value << 7) | (page[position + i] & 127u);
            if (page[position + i] < 128)
            {
                return value;
            }
        }

        return (value << 8) | page[position + 8];
    }
}
