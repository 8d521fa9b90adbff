using System.Security.Cryptography;

namespace Portal.Core.Secrets;

/// <summary>What a device signs its connection with. Bytes, so that it can be wiped; never a string.</summary>
/// <remarks>
/// 32 characters from 57 unambiguous ones (no <c>0 O 1 l I</c>): about 186 bits (ASVS 11.5.1 asks for 128). Vendor
/// device SDKs hold up to 64 characters.
/// </remarks>
public sealed class DeviceSecret : SecretBytes
{
    public const int Length = 32;

    public const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    internal DeviceSecret(byte[] bytes)
        : base(bytes)
    {
    }

    /// <summary>A new secret from the system's cryptographic random number generator.</summary>
    public static DeviceSecret Generate()
    {
        Span<char> characters = stackalloc char[Length];
        RandomNumberGenerator.GetItems(Alphabet, characters);
        var bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        for (var i = 0; i < Length; i++)
        {
            bytes[i] = (byte)characters[i];
        }

        characters.Clear();
        return new DeviceSecret(bytes);
    }
}
