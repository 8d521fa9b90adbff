using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Secrets;

public sealed class SecretRequirementTests
{
    private static readonly SecretBinding s_binding = new(SecretBinding.Device, 1, "asset-1", 3);

    [Fact]
    [Trait("Requirement", "R-47")]
    public void Generate_Many_NeverRepeatsAndIsUniformAtEveryPosition()
    {
        Assert.True(DeviceSecret.Length * Math.Log2(DeviceSecret.Alphabet.Distinct().Count()) >= 128);
        Assert.Equal(DeviceSecret.Alphabet.Length, DeviceSecret.Alphabet.Distinct().Count());

        AssertUniform(DeviceSecret.Length, DeviceSecret.Alphabet, DeviceSecret.Generate);
    }

    /// <summary>All 128 bits of what is written as a UUID: it has no digit for a version.</summary>
    [Fact]
    [Trait("Requirement", "R-47")]
    public void GenerateSecretKey_Many_NeverRepeatsAndIsUniformAtEveryDigit() => AssertUniform(32, "0123456789abcdef", SecretKey.Generate);

    [Fact]
    [Trait("Requirement", "R-48")]
    public void Open_AnyBitFlipped_IsRefused()
    {
        using var vault = new SecretVault(SecretKeyRing.Create());
        using var secret = DeviceSecret.Generate();
        var (keyId, box) = vault.Seal(secret, s_binding);
        using (var opened = vault.Open(keyId, box, s_binding))
        {
            Assert.True(opened.Reveal().Span.SequenceEqual(secret.Reveal().Span));
        }

        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            box[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SecretTamperedException>(() => vault.Open(keyId, box, s_binding));
            box[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < box.Length; length++)
        {
            Assert.Throws<SecretTamperedException>(() => vault.Open(keyId, box.AsSpan(0, length), s_binding));
        }

        SecretBinding[] others =
        [
            s_binding with { Version = 2 }, s_binding with { Version = 4 }, s_binding with { OrganizationNumber = 2 },
            s_binding with { OwnerId = "asset-2" }, s_binding with { OwnerId = "asset-1|3" }, s_binding with { Purpose = "product-secret" },
        ];
        Assert.All(others, other => Assert.Throws<SecretTamperedException>(() => vault.Open(keyId, box, other)));
        Assert.Throws<SecretTamperedException>(() => vault.Open("k2", box, s_binding));
    }

    [Fact]
    [Trait("Requirement", "R-48")]
    public void Seal_Many_NeverRepeatsANonce()
    {
        using var vault = new SecretVault(SecretKeyRing.Create());
        using var secret = DeviceSecret.Generate();
        var nonces = new HashSet<UInt128>();
        for (var count = 0; count < Scale.Of(100_000, 10_000_000); count++)
        {
            var box = vault.Seal(secret, s_binding).Sealed;
            Assert.True(nonces.Add(new UInt128(BitConverter.ToUInt32(box, 8), BitConverter.ToUInt64(box, 0))), $"the nonce of box {count} was there before");
        }
    }

    [Theory]
    [InlineData("swapped between two assets")]
    [InlineData("swapped between two organizations")]
    [InlineData("an older one put back")]
    [InlineData("an older one put back with its version")]
    [InlineData("one bit flipped")]
    [InlineData("unknown key")]
    [Trait("Requirement", "R-48")]
    public async Task Display_StoredSecretTampered_IsRefusedLoggedAndAudited(string attack)
    {
        using var logs = new CapturedLogs();
        await using var portal = await TestPortal.CreateAsync(configure: logs.AddTo);
        var olga = await portal.SignInAsync("olga", Role.FullAccess, TestPortal.Organization, TestPortal.OtherOrganization);
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var old = portal.Database.Scalar<byte[]>("SELECT credential_sealed FROM devices");
        var grantId = PortalCommands.Value(await portal.ReplaceAsync(olga, "asset-1", "key-of-1-new")).RevealGrantId!.Value;
        await portal.AddDeviceAsync("asset-2", "key-of-2");
        Assert.Null((await portal.ReplaceAsync(olga, "asset-2", "key-of-2-new")).Error);
        await portal.AddDeviceAsync("asset-3", "key-of-3", TestPortal.OtherOrganization);
        Assert.Null((await portal.ReplaceAsync(olga, "asset-3", "key-of-3-new")).Error);

        Assert.True(portal.Database.Execute(attack switch
        {
            "swapped between two assets" =>
                "UPDATE devices SET credential_sealed=(SELECT credential_sealed FROM devices WHERE asset_id='asset-2') WHERE asset_id='asset-1'",
            "swapped between two organizations" =>
                "UPDATE devices SET credential_sealed=(SELECT credential_sealed FROM devices WHERE asset_id='asset-3') WHERE asset_id='asset-1'",
            "an older one put back" => $"UPDATE devices SET credential_sealed=x'{Convert.ToHexString(old)}' WHERE asset_id='asset-1'",
            "an older one put back with its version" =>
                $"UPDATE devices SET credential_sealed=x'{Convert.ToHexString(old)}', credential_version=1 WHERE asset_id='asset-1'",
            "one bit flipped" => Flip(portal),
            _ => "UPDATE devices SET credential_key_id='gone' WHERE asset_id='asset-1'",
        }) > 0);
        var (secret, error) = await portal.ReadSecretAsync(olga, grantId);

        Assert.Null(secret);
        if (attack.EndsWith("version", StringComparison.Ordinal))
        {
            // The grant is for another generation: not even opened.
            Assert.Equal(new RevealClosed(grantId, RevealCloseReason.Superseded), error);
            return;
        }

        Assert.Equal(new SecretUnreadable("asset-1"), error);
        Assert.Single(logs.Lines, line => line.Level == LogLevel.Critical && line.Text.Contains("asset-1"));
        Assert.Equal("SecretUnreadable", portal.Database.Scalar<string>("SELECT outcome FROM audit_entries ORDER BY sequence DESC LIMIT 1"));
    }

    [Fact]
    public void RevealedSecret_Serialised_HoldsNoSecret()
    {
        using var secret = DeviceSecret.Generate();
        using var revealed = new RevealedSecret(secret, 1, 5);

        var text = System.Text.Json.JsonSerializer.Serialize(revealed) + revealed + secret + System.Text.Json.JsonSerializer.Serialize(secret);

        Assert.DoesNotContain(Encoding.ASCII.GetString(secret.Reveal().Span), text);
        Assert.DoesNotContain(Convert.ToBase64String(secret.Reveal().Span), text);
    }

    private static string Flip(TestPortal portal)
    {
        var box = portal.Database.Scalar<byte[]>("SELECT credential_sealed FROM devices WHERE asset_id='asset-1'");
        box[RandomNumberGenerator.GetInt32(box.Length)] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
        return $"UPDATE devices SET credential_sealed=x'{Convert.ToHexString(box)}' WHERE asset_id='asset-1'";
    }

    private static void AssertUniform(int length, string alphabet, Func<SecretBytes> generate)
    {
        // An honest generator fails one position in a thousand: only one that fails twice is no accident.
        var suspects = Uneven(Scale.Of(50_000, 1_000_000), length, alphabet, generate);
        Assert.Empty(suspects.Count == 0 ? [] : suspects.Intersect(Uneven(Scale.Of(50_000, 1_000_000), length, alphabet, generate)));
    }

    /// <summary>Positions, hyphens left out, at which a sample is not uniform by the chi-square test at p = 0.001.</summary>
    private static List<int> Uneven(int count, int length, string alphabet, Func<SecretBytes> generate)
    {
        var seen = new HashSet<UInt128>(count);
        var counts = new int[length, alphabet.Length];
        for (var number = 0; number < count; number++)
        {
            using var secret = generate();
            byte[] bytes = [.. secret.Reveal().ToArray().Where(character => character != '-')];
            Assert.Equal(length, bytes.Length);
            for (var position = 0; position < bytes.Length; position++)
            {
                counts[position, alphabet.IndexOf((char)bytes[position])]++;
            }

            var hash = SHA256.HashData(bytes);
            Assert.True(seen.Add(new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8))), "a secret came twice");
        }

        // Wilson and Hilferty: the cube root of chi-square over its degrees of freedom is nearly normal.
        var degrees = alphabet.Length - 1.0;
        var expected = (double)count / alphabet.Length;
        return [.. Enumerable.Range(0, length).Where(position =>
        {
            var chiSquare = Enumerable.Range(0, alphabet.Length).Sum(letter => Math.Pow(counts[position, letter] - expected, 2) / expected);
            return (Math.Cbrt(chiSquare / degrees) - (1 - (2 / (9 * degrees)))) / Math.Sqrt(2 / (9 * degrees)) > 3.09;
        })];
    }
}
