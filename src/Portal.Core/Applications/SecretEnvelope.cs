using System.Security.Cryptography;
using Portal.Core.Secrets;

namespace Portal.Core.Applications;

/// <summary>
/// Seals a secret for an application. The documents of EnOS name the two parts and not the algorithms: these are the
/// portal's own choice. Each secret has a fresh 32-byte key; <c>sessionKey</c> is base64 of RSA-OAEP-SHA-256 of that
/// key, <c>deviceSecret</c> is base64 of nonce (12 bytes), ciphertext and tag (16 bytes) of AES-256-GCM.
/// </summary>
public static class SecretEnvelope
{
    public const int KeySizeInBytes = 32;
    public const int NonceSizeInBytes = 12;
    public const int TagSizeInBytes = 16;

    public static EncryptedSecret Seal(DeviceSecret secret, RsaPublicKey key)
    {
        var sessionKey = NewKey();
        return Finish(Box(secret, sessionKey), sessionKey, key);
    }

    /// <summary>
    /// The same with RSA on another core: it takes as long as writing half a replacement, and who writes has everybody waiting. The secret
    /// may be wiped when this returns.
    /// </summary>
    public static Task<EncryptedSecret> SealAside(DeviceSecret secret, RsaPublicKey key)
    {
        var sessionKey = NewKey();
        var box = Box(secret, sessionKey);
        return Task.Run(() => Finish(box, sessionKey, key));
    }

    private static byte[] NewKey()
    {
        var sessionKey = GC.AllocateUninitializedArray<byte>(KeySizeInBytes, pinned: true);
        RandomNumberGenerator.Fill(sessionKey);
        return sessionKey;
    }

    private static byte[] Box(DeviceSecret secret, byte[] sessionKey)
    {
        var plain = secret.Reveal().Span;
        var box = new byte[NonceSizeInBytes + plain.Length + TagSizeInBytes];
        var nonce = box.AsSpan(0, NonceSizeInBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(sessionKey, TagSizeInBytes);
        cipher.Encrypt(nonce, plain, box.AsSpan(NonceSizeInBytes, plain.Length), box.AsSpan(NonceSizeInBytes + plain.Length));
        return box;
    }

    /// <summary>Wipes the session key.</summary>
    private static EncryptedSecret Finish(byte[] box, byte[] sessionKey, RsaPublicKey key)
    {
        try
        {
            return new EncryptedSecret(Convert.ToBase64String(box), Convert.ToBase64String(key.Encrypt(sessionKey)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sessionKey);
        }
    }
}
