namespace Portal.Core.Secrets;

/// <summary>A product's secret as stored: sealed, with the generation it belongs to. Devices fetch their own with it.</summary>
/// <remarks>As <see cref="Credential"/>: in the product's row, but who lists products never touches it.</remarks>
public sealed class ProductCredential
{
    public long ProductId { get; internal init; }

    /// <summary>Generation, from 1; making it anew makes the next one.</summary>
    public int Version { get; internal set; }

    /// <summary>Which key-encryption key sealed it.</summary>
    public required string KeyId { get; set; }

    /// <summary>Nonce (12 bytes), ciphertext, tag (16 bytes) of AES-256-GCM.</summary>
    public required byte[] Sealed { get; set; }
}
