using System.Buffers;
using System.Security.Cryptography;

namespace Portal.Security;

/// <summary>Where an answer with a clear secret is written: nothing of it is left behind, neither when there has to be more room nor at the end.</summary>
internal sealed class WipedBuffer(int room = WipedBuffer.EnoughForOneSecret) : IBufferWriter<byte>, IDisposable
{
    private const int EnoughForOneSecret = 2048;

    private byte[] _bytes = new byte[room];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private void MakeRoom(int size)
    {
        var needed = _length + Math.Max(1, size);
        if (needed <= _bytes.Length)
        {
            return;
        }

        var larger = new byte[Math.Max(needed, _bytes.Length * 2)];
        Written.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
