using System.Buffers.Binary;
using System.Text;

namespace Bench.Measuring;

/// <summary>Reads what a benchmark needs from a Blazor render batch: its texts and its input handlers.</summary>
/// <remarks>Format: RenderBatchWriter of ASP.NET Core; five offsets at the end, frames of 20 bytes, a table of texts.</remarks>
internal sealed class RenderBatch(byte[] data)
{
    private const int FrameSize = 20;
    private const int ElementFrame = 1;
    private const int AttributeFrame = 3;

    private int Footer => data.Length - 20;

    private int Frames => Int(Footer + 4);

    private int Texts => Int(Footer + 16);

    public bool IsEmpty => Int(Frames) == 0;

    public bool ContainsText(string part) =>
        Enumerable.Range(0, (Footer - Texts) / 4).Any(index => Text(index)!.Contains(part, StringComparison.Ordinal));

    /// <summary>The handler of <c>oninput</c> on the element that has <paramref name="attributeValue"/> as one of its attributes.</summary>
    /// <remarks>A handler that a render renewed comes without its element: then it is the last one of the batch.</remarks>
    public ulong? InputHandler(string attributeValue)
    {
        ulong? handler = null, last = null;
        var matches = false;
        for (var i = 0; i < Int(Frames); i++)
        {
            var frame = Frames + 4 + (i * FrameSize);
            switch (Int(frame))
            {
                case ElementFrame:
                    (handler, matches) = (null, false);
                    break;
                case AttributeFrame:
                    matches |= Text(Int(frame + 8)) == attributeValue;
                    if (Text(Int(frame + 4)) == "oninput")
                    {
                        handler = BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(frame + 12));
                        last = handler is > 0 ? handler : last;
                    }

                    if (matches && handler is > 0)
                    {
                        return handler;
                    }

                    break;
            }
        }

        return last;
    }

    private int Int(int position) => BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(position));

    private string? Text(int index)
    {
        if (index < 0)
        {
            return null;
        }

        var position = Int(Texts + (index * 4));
        int length = 0, shift = 0;
        byte part;
        do
        {
            part = data[position++];
            length |= (part & 127) << shift;
            shift += 7;
        }
        while ((part & 128) != 0);
        return Encoding.UTF8.GetString(data, position, length);
    }
}
