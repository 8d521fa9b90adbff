using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Secrets;

/// <summary>A stored secret that does not open: altered, moved, put back from an older generation, or its key is missing.</summary>
public sealed class SecretTamperedException(string message) : Exception(message);

/// <summary>Seals secrets for storage and opens them: AES-256-GCM, random 96-bit nonce, bound to owner and generation.</summary>
public sealed class SecretVault(SecretKeyRing keys) : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    // One cipher object a key and thread: AesGcm is not documented as safe to share between threads.
    private readonly ThreadLocal<Dictionary<string, AesGcm>> _ciphers = new(() => new(StringComparer.Ordinal), trackAllValues: true);

    private readonly byte[] _fingerprintKey = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, keys.Find(keys.CurrentKeyId)!, SecretKeyRing.KeySizeInBytes, info: "fingerprint"u8.ToArray());

    /// <summary>Key ID and nonce, ciphertext, tag.</summary>
    public (string KeyId, byte[] Sealed) Seal(SecretBytes secret, SecretBinding binding)
    {
        var plain = secret.Reveal().Span;
        var box = new byte[NonceSize + plain.Length + TagSize];
        var nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        Cipher(keys.CurrentKeyId).Encrypt(
            nonce, plain, box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), binding.ToBytes());
        return (keys.CurrentKeyId, box);
    }

    /// <exception cref="SecretTamperedException">The box does not belong to this binding, was altered, or its key is missing.</exception>
    public DeviceSecret Open(string keyId, ReadOnlySpan<byte> box, SecretBinding binding) => new(OpenBytes(keyId, box, binding));

    /// <exception cref="SecretTamperedException">As <see cref="Open"/>.</exception>
    public SecretKey OpenSecretKey(string keyId, ReadOnlySpan<byte> box, SecretBinding binding) => new(OpenBytes(keyId, box, binding));

    /// <summary>First 8 hex digits of an HMAC of the secret: tells two secrets apart in an audit entry, gives neither away.</summary>
    public string Fingerprint(SecretBytes secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_fingerprintKey, secret.Reveal().Span).AsSpan(0, 4));

    /// <summary>A key derived for one purpose, e.g. signing the audit head, from each key of the ring; the current one's first.</summary>
    internal IReadOnlyList<byte[]> DeriveKeys(string purpose) => [.. keys.All.Select(key => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, key, SecretKeyRing.KeySizeInBytes, info: Encoding.UTF8.GetBytes(purpose)))];

    public void Dispose()
    {
        foreach (var cipher in _ciphers.Values.SelectMany(ciphers => ciphers.Values))
        {
            cipher.Dispose();
        }

        _ciphers.Dispose();
        CryptographicOperations.ZeroMemory(_fingerprintKey);
    }

    private byte[] OpenBytes(string keyId, ReadOnlySpan<byte> box, SecretBinding binding)
    {
        if (keys.Find(keyId) is null)
        {
            throw new SecretTamperedException($"The secret of '{binding.OwnerId}' was sealed under key '{keyId}', which is not in the key file.");
        }

        if (box.Length < NonceSize + TagSize)
        {
            throw new SecretTamperedException($"The sealed secret of '{binding.OwnerId}' is cut short.");
        }

        var plain = GC.AllocateUninitializedArray<byte>(box.Length - NonceSize - TagSize, pinned: true);
        try
        {
            Cipher(keyId).Decrypt(box[..NonceSize], box[NonceSize..^TagSize], box[^TagSize..], plain, binding.ToBytes());
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plain);
            throw new SecretTamperedException($"The sealed secret of '{binding.OwnerId}' does not open: it was altered, moved or put back.");
        }

        return plain;
    }

    private AesGcm Cipher(string keyId)
    {
        var ciphers = _ciphers.Value!;
        if (!ciphers.TryGetValue(keyId, out var cipher))
        {
            ciphers[keyId] = cipher = new AesGcm(keys.Find(keyId)!, TagSize);
        }

        return cipher;
    }
}
