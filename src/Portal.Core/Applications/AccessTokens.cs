using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Portal.Core.Secrets;

namespace Portal.Core.Applications;

/// <summary>
/// Writes and reads access tokens: base64url of a random ID and of an HMAC over it, the access key and the generation of
/// the secret key. The database holds the ID only, so whoever reads it has no token; the HMAC key comes from the key file.
/// </summary>
public sealed class AccessTokens(SecretVault vault)
{
    public const int IdSizeInBytes = 16;

    private const int TagSizeInBytes = 16;
    private const int TextLength = 43;

    private readonly IReadOnlyList<byte[]> _keys = vault.DeriveKeys("access-token");

    internal static byte[] NewId() => RandomNumberGenerator.GetBytes(IdSizeInBytes);

    internal string Write(byte[] id, string accessKey, int secretVersion) => Write(_keys[0], id, accessKey, secretVersion);

    /// <summary>The ID that a token names; nothing for a text that is no token. Whether it is genuine tells <see cref="IsGenuine"/>.</summary>
    internal static byte[]? ReadId(string? token)
    {
        Span<byte> bytes = stackalloc byte[IdSizeInBytes + TagSizeInBytes];
        return token is { Length: TextLength } && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var length) && length == bytes.Length
            ? bytes[..IdSizeInBytes].ToArray()
            : null;
    }

    /// <summary>In constant time. A token made under an older key of the key file is good as long as that key is in it.</summary>
    internal bool IsGenuine(string token, byte[] id, string accessKey, int secretVersion)
    {
        var isGenuine = false;
        foreach (var key in _keys)
        {
            isGenuine |= CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(token), Encoding.ASCII.GetBytes(Write(key, id, accessKey, secretVersion)));
        }

        return isGenuine;
    }

    private static string Write(byte[] key, byte[] id, string accessKey, int secretVersion)
    {
        byte[] signed = [.. id, .. Encoding.UTF8.GetBytes($"{accessKey}|{secretVersion}")];
        var tag = HMACSHA256.HashData(key, signed);
        return Base64Url.EncodeToString([.. id, .. tag.AsSpan(0, TagSizeInBytes)]);
    }
}
