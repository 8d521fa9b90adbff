using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Portal.Core.Applications;

/// <summary>Why a text is no public key that secrets may be sealed with.</summary>
public enum PublicKeyFault
{
    Missing,

    /// <summary>Neither PEM nor base64, or far too long.</summary>
    Malformed,
    PrivateKey,

    /// <summary>A certificate, a request, PKCS #1 or whatever else.</summary>
    NotPublicKey,
    NotRsa,

    /// <summary>Not DER, or something after the key.</summary>
    NotExact,
    TooSmall,
    TooLarge,
    ExponentInvalid,
    ModulusInvalid,
}

/// <summary>An RSA public key that secrets may be sealed with: 2048 to 8192 bits, odd exponent of at least 65537, exact DER.</summary>
public sealed class RsaPublicKey
{
    public const int MinSizeInBits = 2048;
    public const int MaxSizeInBits = 8192;

    private const int MaxTextLength = 8192;
    private const int MaxExponentBits = 64; // what OpenSSL takes with a large modulus
    private const int SmallFactorsBelow = 1000;
    private const int MaxCached = 1000;
    private const string Rsa = "1.2.840.113549.1.1.1";

    private static readonly BigInteger s_minExponent = 65537;
    private static readonly BigInteger s_smallPrimes = ProductOfSmallPrimes();
    private static readonly ConcurrentDictionary<string, RsaPublicKey> s_known = new(StringComparer.Ordinal);

    // One object a caller at a time: RSA is not documented as safe to share between threads.
    private readonly ConcurrentBag<RSA> _idle = [];

    private RsaPublicKey(byte[] spki, int sizeInBits) =>
        (Spki, SizeInBits, Fingerprint) = (spki, sizeInBits, Convert.ToHexStringLower(SHA256.HashData(spki)));

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] Spki { get; }

    public int SizeInBits { get; }

    /// <summary>SHA-256 of <see cref="Spki"/>, lower-case hex.</summary>
    public string Fingerprint { get; }

    /// <param name="text">PEM <c>PUBLIC KEY</c>, or its base64 alone.</param>
    /// <returns>Or <see cref="PublicKeyInvalid"/>. Answers at once, whatever the text is.</returns>
    public static Result<RsaPublicKey> Parse(string? text)
    {
        var (der, fault) = PublicKeyText.Read(text, MaxTextLength);
        return der is null ? new PublicKeyInvalid(fault) : Parse(der);
    }

    /// <summary>The key as it was registered; parsed once.</summary>
    internal static RsaPublicKey Of(string fingerprint, byte[] spki)
    {
        if (s_known.TryGetValue(fingerprint, out var known))
        {
            return known;
        }

        var key = Parse(spki).Value;
        if (key is null || key.Fingerprint != fingerprint)
        {
            throw new InvalidDataException($"The stored public key {fingerprint} is not what was registered.");
        }

        if (s_known.Count >= MaxCached)
        {
            s_known.Clear();
        }

        return s_known.GetOrAdd(fingerprint, key);
    }

    /// <summary>RSA-OAEP-SHA-256.</summary>
    internal byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        if (!_idle.TryTake(out var rsa))
        {
            rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(Spki, out _);
        }

        var sealedKey = rsa.Encrypt(plain, RSAEncryptionPadding.OaepSHA256);
        _idle.Add(rsa);
        return sealedKey;
    }

    private static Result<RsaPublicKey> Parse(byte[] der)
    {
        try
        {
            var (modulus, exponent, fault) = ReadKey(der);
            if (fault is not null)
            {
                return new PublicKeyInvalid(fault.Value);
            }

            var sizeInBits = modulus.Sign > 0 ? (int)modulus.GetBitLength() : 0;
            return sizeInBits < MinSizeInBits ? new PublicKeyInvalid(PublicKeyFault.TooSmall)
                : sizeInBits > MaxSizeInBits ? new PublicKeyInvalid(PublicKeyFault.TooLarge)
                : exponent < s_minExponent || exponent.IsEven || exponent.GetBitLength() > MaxExponentBits ? new PublicKeyInvalid(PublicKeyFault.ExponentInvalid)
                : modulus.IsEven || !BigInteger.GreatestCommonDivisor(modulus, s_smallPrimes).IsOne ? new PublicKeyInvalid(PublicKeyFault.ModulusInvalid)
                : !Write(modulus, exponent).AsSpan().SequenceEqual(der) ? new PublicKeyInvalid(PublicKeyFault.NotExact)
                : new RsaPublicKey(der, sizeInBits);
        }
        catch (AsnContentException)
        {
            return new PublicKeyInvalid(PublicKeyFault.NotExact);
        }
    }

    private static (BigInteger Modulus, BigInteger Exponent, PublicKeyFault? Fault) ReadKey(byte[] der)
    {
        // By the loose rules: whether it is exact is judged once, by writing it again.
        var outer = new AsnReader(der, AsnEncodingRules.BER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (info.PeekTag() == Asn1Tag.Integer)
        {
            // PKCS #8 and PKCS #1 private keys begin with a version, a PKCS #1 public key with its modulus.
            return (default, default, info.ReadInteger().GetBitLength() <= 8 ? PublicKeyFault.PrivateKey : PublicKeyFault.NotPublicKey);
        }

        var algorithm = info.ReadSequence();
        if (!info.HasData || info.PeekTag() != Asn1Tag.PrimitiveBitString)
        {
            return (default, default, info.HasData && info.PeekTag() == Asn1Tag.PrimitiveOctetString ? PublicKeyFault.PrivateKey : PublicKeyFault.NotPublicKey);
        }

        if (algorithm.PeekTag() != Asn1Tag.ObjectIdentifier)
        {
            return (default, default, PublicKeyFault.NotPublicKey);
        }

        if (algorithm.ReadObjectIdentifier() != Rsa)
        {
            return (default, default, PublicKeyFault.NotRsa);
        }

        algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        var bits = info.ReadBitString(out var unusedBits);
        info.ThrowIfNotEmpty();
        if (unusedBits != 0)
        {
            return (default, default, PublicKeyFault.NotExact);
        }

        var key = new AsnReader(bits, AsnEncodingRules.BER);
        var numbers = key.ReadSequence();
        key.ThrowIfNotEmpty();
        var (modulus, exponent) = (numbers.ReadInteger(), numbers.ReadInteger());
        numbers.ThrowIfNotEmpty();
        return (modulus, exponent, null);
    }

    /// <summary>The one encoding that this key has.</summary>
    private static byte[] Write(BigInteger modulus, BigInteger exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(Rsa);
                info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return info.Encode();
    }

    private static BigInteger ProductOfSmallPrimes()
    {
        var product = BigInteger.One;
        for (var number = 3; number < SmallFactorsBelow; number += 2)
        {
            if (BigInteger.GreatestCommonDivisor(product, number).IsOne)
            {
                product *= number;
            }
        }

        return product;
    }
}
