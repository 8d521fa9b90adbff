using System.Security.Cryptography;

namespace Portal.Core.Secrets;

/// <summary>A plain secret: bytes, so that it can be wiped; never a string.</summary>
public abstract class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;

    private protected SecretBytes(byte[] bytes) => _bytes = bytes;

    /// <summary>The plain secret, ASCII. Call it to seal it for storage or to send it to its owner, nowhere else.</summary>
    public ReadOnlyMemory<byte> Reveal() => _bytes;

    /// <summary>Never the plain secret, so that it cannot reach a log by accident.</summary>
    public override string ToString() => "***";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        GC.SuppressFinalize(this);
    }
}
