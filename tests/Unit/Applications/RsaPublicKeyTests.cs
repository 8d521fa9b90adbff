using System.Diagnostics;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Core.Applications;
using Unit.Support;

namespace Unit.Applications;

/// <summary>Which keys an application may register.</summary>
public sealed class RsaPublicKeyTests
{
    private const string RsaOid = "1.2.840.113549.1.1.1";

    private static readonly Lazy<Dictionary<string, (string Text, PublicKeyFault Fault)>> s_corpus = new(MakeCorpus);

    public static TheoryData<string> Refused { get; } =
    [
        "missing", "blanks", "no base64", "base64 of nothing", "a novel", "PEM without end", "PEM of nothing", "label in lower case",
        "PKCS #8 private key", "PKCS #8 private key, base64 alone", "encrypted private key", "encrypted private key, base64 alone", "PKCS #1 private key",
        "PKCS #1 private key, base64 alone", "EC private key", "private key after the public one", "private key under the label of a public one",
        "PKCS #1 public key", "PKCS #1 public key, base64 alone", "certificate", "certificate, base64 alone", "two public keys", "text before", "text after",
        "elliptic curve", "DSA", "RSA-PSS", "1024 bits", "2047 bits", "8193 bits", "16384 bits", "exponent 0", "exponent 1", "exponent 3", "exponent 17", "exponent 65535", "even exponent",
        "exponent of 65 bits", "exponent as long as the modulus", "negative exponent", "even modulus", "modulus with a factor 3", "modulus with a factor 997", "negative modulus", "zero modulus",
        "byte after the key", "byte after the numbers", "third number", "one number", "long form length", "indefinite length", "leading zero in the modulus",
        "no parameters", "parameters that are no null", "unused bits", "set instead of sequence", "cut short", "nested deeply", "empty sequence",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    [Trait("Requirement", "R-51")]
    public void Parse_WhatIsNoSafePublicKey_IsRefusedAtOnceWithItsFault(string name)
    {
        var (text, fault) = s_corpus.Value[name];
        var watch = Stopwatch.StartNew();
        var result = RsaPublicKey.Parse(text);
        var elapsed = watch.Elapsed;

        var refused = Assert.IsType<PublicKeyInvalid>(result.Error);
        Assert.Equal((name, fault), (name, refused.Fault));
        Assert.True(elapsed < TimeSpan.FromMilliseconds(100), $"{name} took {elapsed.TotalMilliseconds} ms");

        // It may be a private key: no part of it comes back.
        var core = text.Trim();
        Assert.False(core.Length > 8 && refused.ToString().Contains(core[..8], StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "R-51")]
    public void Corpus_AndTheListOfIt_AreTheSame() =>
        Assert.Equal(Refused.Select(row => row.Data).Order(StringComparer.Ordinal), s_corpus.Value.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [Trait("Requirement", "R-51")]
    [InlineData(2048, 65537)]
    [InlineData(2049, 65537)]
    [InlineData(3072, 65539)]
    [InlineData(4096, 4294967297)]
    [InlineData(8192, 65537)]
    public void Parse_SafeKey_IsTakenAsPemAndAsBase64(int sizeInBits, long exponent)
    {
        // Big key pairs take long to make: a number of that size without small factors stands for the product of two primes.
        var der = Encode(Modulus(sizeInBits), exponent);
        foreach (var text in new[] { Pem("PUBLIC KEY", der), $"\r\n {Pem("PUBLIC KEY", der).ReplaceLineEndings("\r\n")}\n", Convert.ToBase64String(der), Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) })
        {
            var watch = Stopwatch.StartNew();
            var key = PortalCommands.Value(RsaPublicKey.Parse(text));
            Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(100), $"{sizeInBits} bits took {watch.Elapsed.TotalMilliseconds} ms");
            Assert.Equal((sizeInBits, Convert.ToHexStringLower(SHA256.HashData(der))), (key.SizeInBits, key.Fingerprint));
            Assert.Equal(der, key.Spki);
            Assert.Equal((sizeInBits + 7) / 8, key.Encrypt(new byte[32]).Length);
        }
    }

    [Fact]
    [Trait("Requirement", "R-51")]
    public void Parse_AnyBitOfAKeyFlipped_IsRefusedOrAnotherKey()
    {
        var der = TestApplication.FirstKey.ExportSubjectPublicKeyInfo();
        var fingerprint = TestApplication.Fingerprint(TestApplication.FirstKey);
        for (var bit = 0; bit < der.Length * 8; bit++)
        {
            var flipped = der.ToArray();
            flipped[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            if (RsaPublicKey.Parse(Convert.ToBase64String(flipped)).Value is { } key)
            {
                Assert.NotEqual(fingerprint, key.Fingerprint);
                Assert.Equal(flipped, key.Spki);
            }
        }
    }

    private static Dictionary<string, (string, PublicKeyFault)> MakeCorpus()
    {
        var rsa = TestApplication.FirstKey;
        var spki = rsa.ExportSubjectPublicKeyInfo();
        var pem = Pem("PUBLIC KEY", spki);
        var modulus = Modulus(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        var pbe = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var corpus = new Dictionary<string, (string, PublicKeyFault)>
        {
            ["missing"] = ("", PublicKeyFault.Missing),
            ["blanks"] = (" \r\n\t", PublicKeyFault.Missing),
            ["no base64"] = ("ssh-rsa AAAAB3Nza olga@desk", PublicKeyFault.Malformed),
            ["base64 of nothing"] = ("====", PublicKeyFault.Malformed),
            ["a novel"] = (new string('A', 5_000_000), PublicKeyFault.Malformed),
            ["PEM without end"] = (pem[..^30], PublicKeyFault.Malformed),
            ["PEM of nothing"] = ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", PublicKeyFault.Malformed),
            ["label in lower case"] = (Pem("public key", spki), PublicKeyFault.NotPublicKey),
            ["PKCS #8 private key"] = (rsa.ExportPkcs8PrivateKeyPem(), PublicKeyFault.PrivateKey),
            ["PKCS #8 private key, base64 alone"] = (Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()), PublicKeyFault.PrivateKey),
            ["encrypted private key"] = (rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", pbe), PublicKeyFault.PrivateKey),
            ["encrypted private key, base64 alone"] = (Convert.ToBase64String(rsa.ExportEncryptedPkcs8PrivateKey("secret", pbe)), PublicKeyFault.PrivateKey),
            ["PKCS #1 private key"] = (rsa.ExportRSAPrivateKeyPem(), PublicKeyFault.PrivateKey),
            ["PKCS #1 private key, base64 alone"] = (Convert.ToBase64String(rsa.ExportRSAPrivateKey()), PublicKeyFault.PrivateKey),
            ["EC private key"] = (curve.ExportECPrivateKeyPem(), PublicKeyFault.PrivateKey),
            ["private key after the public one"] = ($"{pem}\n{rsa.ExportPkcs8PrivateKeyPem()}", PublicKeyFault.PrivateKey),
            ["private key under the label of a public one"] = (Pem("PUBLIC KEY", rsa.ExportPkcs8PrivateKey()), PublicKeyFault.PrivateKey),
            ["PKCS #1 public key"] = (rsa.ExportRSAPublicKeyPem(), PublicKeyFault.NotPublicKey),
            ["PKCS #1 public key, base64 alone"] = (Convert.ToBase64String(rsa.ExportRSAPublicKey()), PublicKeyFault.NotPublicKey),
            ["certificate"] = (certificate.ExportCertificatePem(), PublicKeyFault.NotPublicKey),
            ["certificate, base64 alone"] = (Convert.ToBase64String(certificate.RawData), PublicKeyFault.NotPublicKey),
            ["two public keys"] = ($"{pem}\n{pem}", PublicKeyFault.NotExact),
            ["text before"] = ($"key of the plant\n{pem}", PublicKeyFault.NotExact),
            ["text after"] = ($"{pem}\nkey of the plant", PublicKeyFault.NotExact),
            ["elliptic curve"] = (curve.ExportSubjectPublicKeyInfoPem(), PublicKeyFault.NotRsa),
            ["DSA"] = Der(Encode(modulus, 65537, oid: "1.2.840.10040.4.1"), PublicKeyFault.NotRsa),
            ["RSA-PSS"] = Der(Encode(modulus, 65537, oid: "1.2.840.113549.1.1.10"), PublicKeyFault.NotRsa),
        };
        foreach (var (name, der, fault) in Numbers(modulus).Concat(Encodings(spki, modulus)))
        {
            corpus[name] = Der(der, fault);
        }

        return corpus;
    }

    private static IEnumerable<(string, byte[], PublicKeyFault)> Numbers(BigInteger modulus)
    {
        foreach (var size in new[] { 1024, 2047 })
        {
            yield return ($"{size} bits", Encode(Modulus(size), 65537), PublicKeyFault.TooSmall);
        }

        foreach (var size in new[] { 8193, 16384 })
        {
            yield return ($"{size} bits", Encode(Modulus(size), 65537), PublicKeyFault.TooLarge);
        }

        foreach (var exponent in new[] { 0, 1, 3, 17, 65535 })
        {
            yield return ($"exponent {exponent}", Encode(modulus, exponent), PublicKeyFault.ExponentInvalid);
        }

        yield return ("even exponent", Encode(modulus, 65538), PublicKeyFault.ExponentInvalid);
        yield return ("exponent of 65 bits", Encode(modulus, (BigInteger.One << 64) + 1), PublicKeyFault.ExponentInvalid);
        yield return ("exponent as long as the modulus", Encode(modulus, modulus - 2), PublicKeyFault.ExponentInvalid);
        yield return ("negative exponent", Encode(modulus, -65537), PublicKeyFault.ExponentInvalid);
        yield return ("even modulus", Encode(modulus + 1, 65537), PublicKeyFault.ModulusInvalid);
        yield return ("modulus with a factor 3", Encode(Multiple(modulus, 3), 65537), PublicKeyFault.ModulusInvalid);
        yield return ("modulus with a factor 997", Encode(Multiple(modulus, 997), 65537), PublicKeyFault.ModulusInvalid);
        yield return ("negative modulus", Encode(-modulus, 65537), PublicKeyFault.TooSmall);
        yield return ("zero modulus", Encode(0, 65537), PublicKeyFault.TooSmall);
    }

    private static IEnumerable<(string, byte[], PublicKeyFault)> Encodings(byte[] spki, BigInteger modulus)
    {
        byte[] numbers = Sequence(Integer(modulus), Integer(65537));
        yield return ("byte after the key", [.. spki, 0], PublicKeyFault.NotExact);
        yield return ("byte after the numbers", Sequence(Algorithm(), BitString([.. numbers, 0])), PublicKeyFault.NotExact);
        yield return ("third number", Sequence(Algorithm(), BitString(Sequence(Integer(modulus), Integer(65537), Integer(1)))), PublicKeyFault.NotExact);
        yield return ("one number", Sequence(Algorithm(), BitString(Sequence(Integer(modulus)))), PublicKeyFault.NotExact);
        yield return ("long form length", [0x30, 0x83, 0, spki[2], spki[3], .. spki[4..]], PublicKeyFault.NotExact);
        yield return ("indefinite length", [0x30, 0x80, .. spki[4..], 0, 0], PublicKeyFault.NotExact);
        yield return ("leading zero in the modulus", Sequence(Algorithm(), BitString(Sequence(Padded(modulus), Integer(65537)))), PublicKeyFault.NotExact);
        yield return ("no parameters", Sequence(Sequence(Oid(RsaOid)), BitString(numbers)), PublicKeyFault.NotExact);
        yield return ("parameters that are no null", Sequence(Sequence(Oid(RsaOid), Integer(0)), BitString(numbers)), PublicKeyFault.NotExact);
        yield return ("unused bits", Sequence(Algorithm(), [0x03, 0x82, .. Length(numbers.Length + 1), 1, .. numbers[..^1], (byte)(numbers[^1] & 0xFE)]), PublicKeyFault.NotExact);
        yield return ("set instead of sequence", [0x31, .. spki[1..]], PublicKeyFault.NotExact);
        yield return ("cut short", spki[..^1], PublicKeyFault.NotExact);
        yield return ("nested deeply", Enumerable.Range(0, 500).Aggregate(new byte[] { 5, 0 }, (inner, _) => Sequence(inner)), PublicKeyFault.NotPublicKey);
        yield return ("empty sequence", [0x30, 0], PublicKeyFault.NotExact);
    }

    /// <summary>An odd number of that many bits without small factors.</summary>
    private static BigInteger Modulus(int sizeInBits)
    {
        var number = (BigInteger.One << (sizeInBits - 1)) + (BigInteger.One << (sizeInBits / 2)) + 1;
        while (Enumerable.Range(2, 1000).Any(factor => (number % factor).IsZero))
        {
            number += 2;
        }

        return number;
    }

    private static BigInteger Multiple(BigInteger near, int factor)
    {
        var multiple = near - (near % factor) + factor;
        return multiple.IsEven ? multiple + factor : multiple;
    }

    private static (string, PublicKeyFault) Der(byte[] der, PublicKeyFault fault) => (Pem("PUBLIC KEY", der), fault);

    private static string Pem(string label, byte[] der) => PemEncoding.WriteString(label, der);

    private static byte[] Encode(BigInteger modulus, BigInteger exponent, string oid = RsaOid) =>
        Sequence(Sequence(Oid(oid), [5, 0]), BitString(Sequence(Integer(modulus), Integer(exponent))));

    private static byte[] Algorithm() => Sequence(Oid(RsaOid), [5, 0]);

    private static byte[] Sequence(params byte[][] parts) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            foreach (var part in parts)
            {
                writer.WriteEncodedValue(part);
            }
        }
    });

    private static byte[] Integer(BigInteger number) => Write(writer => writer.WriteInteger(number));

    private static byte[] Oid(string oid) => Write(writer => writer.WriteObjectIdentifier(oid));

    private static byte[] BitString(byte[] bytes) => Write(writer => writer.WriteBitString(bytes));

    /// <summary>With one zero byte more than it needs.</summary>
    private static byte[] Padded(BigInteger number)
    {
        var bytes = number.ToByteArray(isBigEndian: true);
        return [2, 0x82, .. Length(bytes.Length + 1), 0, .. bytes];
    }

    private static byte[] Length(int length) => [(byte)(length >> 8), (byte)length];

    private static byte[] Write(Action<AsnWriter> write)
    {
        // BER lets a test nest what DER's writer would refuse to.
        var writer = new AsnWriter(AsnEncodingRules.BER);
        write(writer);
        return writer.Encode();
    }
}
