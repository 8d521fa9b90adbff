namespace Portal.Core.Secrets;

/// <summary>A device's secret as stored: sealed, with the generation it belongs to.</summary>
/// <remarks>
/// Lies in the device's row (a replacement writes one row, not two) but is an entity of its own: who reads or lists
/// devices never touches it. Only replacement, re-issue and creation write it (an architecture test proves it).
/// </remarks>
public sealed class Credential
{
    public long DeviceId { get; internal init; }

    /// <summary>Generation, from 1; each new secret is the next one. A signed-in device is good for one generation.</summary>
    public int Version { get; internal set; }

    /// <summary>Which key-encryption key sealed it.</summary>
    public required string KeyId { get; set; }

    /// <summary>Nonce (12 bytes), ciphertext, tag (16 bytes) of AES-256-GCM.</summary>
    public required byte[] Sealed { get; set; }
}
