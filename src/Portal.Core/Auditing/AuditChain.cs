using System.Buffers;
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
        var text = new ArrayBufferWriter<byte>(512);
        text.Write(previous);
        Append(text, entry.Sequence);
        Append(text, entry.At.ToUnixTimeMilliseconds());
        Append(text, entry.ActorIssuer);
        Append(text, entry.ActorSubject);
        Append(text, entry.ActorName);
        Append(text, entry.Address);
        Append(text, entry.Action);
        Append(text, entry.Outcome);
        Append(text, entry.OrganizationNumber ?? -1);
        Append(text, entry.AssetId);
        Append(text, entry.OperationId);
        Append(text, entry.Detail);
        return SHA256.HashData(text.WrittenSpan);
    }

    private static void Append(ArrayBufferWriter<byte> text, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(text.GetSpan(sizeof(long)), value);
        text.Advance(sizeof(long));
    }

    private static void Append(ArrayBufferWriter<byte> text, string? value)
    {
        // A missing text and an empty one must not hash alike.
        Append(text, value is null ? -1L : Encoding.UTF8.GetByteCount(value));
        if (value is not null)
        {
            Encoding.UTF8.GetBytes(value, text);
        }
    }
}
