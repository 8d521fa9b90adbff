using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Auditing;

/// <summary>How audit rows hang together: hash = SHA-256(previous hash, then every field with its length).</summary>
public static class AuditChain
{
    public const int HashSizeInBytes = 32;

    /// <summary>The hash "before" the first row.</summary>
    public static byte[] Start { get; } = new byte[HashSizeInBytes];

    /// <summary>The hash of a row from everything in it but its hash.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> previous, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Append(hash, entry.Sequence);
        Append(hash, entry.At.ToUnixTimeMilliseconds());
        Append(hash, entry.ActorIssuer);
        Append(hash, entry.ActorSubject);
        Append(hash, entry.ActorName);
        Append(hash, entry.Address);
        Append(hash, entry.Action);
        Append(hash, entry.Outcome);
        Append(hash, entry.OrganizationNumber ?? -1);
        Append(hash, entry.AssetId);
        Append(hash, entry.OperationId);
        Append(hash, entry.Detail);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        // A missing text and an empty one must not hash alike.
        Append(hash, text is null ? -1L : Encoding.UTF8.GetByteCount(text));
        if (text is not null)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        }
    }
}
