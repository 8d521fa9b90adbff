using System.Security.Cryptography;

namespace Portal.Core.Secrets;

/// <summary>What an application signs its calls with (EnOS <c>secretKey</c>, also <c>appSecret</c>).</summary>
/// <remarks>
/// Written as a UUID, as every vendor document has it, but all 128 bits are random: a version-4 UUID has only 122
/// (ASVS 11.5.1 asks for 128).
/// </remarks>
public sealed class SecretKey : SecretBytes
{
    public const int Length = 36;

    private const int RandomSize = 16;

    internal SecretKey(byte[] bytes)
        : base(bytes)
    {
    }

    /// <summary>A new secret key from the system's cryptographic random number generator.</summary>
    public static SecretKey Generate()
    {
        Span<byte> random = stackalloc byte[RandomSize];
        RandomNumberGenerator.Fill(random);
        var bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        Write(random, bytes);
        random.Clear();
        return new SecretKey(bytes);
    }

    /// <summary>8-4-4-4-12 lower-case hexadecimal digits.</summary>
    private static void Write(ReadOnlySpan<byte> random, Span<byte> text)
    {
        var digits = "0123456789abcdef"u8;
        var at = 0;
        for (var i = 0; i < RandomSize; i++)
        {
            if (i is 4 or 6 or 8 or 10)
            {
                text[at++] = (byte)'-';
            }

            text[at++] = digits[random[i] >> 4];
            text[at++] = digits[random[i] & 15];
        }
    }
}
