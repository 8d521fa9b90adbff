namespace Portal.Core.Secrets;

/// <summary>An application's secret key as stored: sealed, with the generation it belongs to.</summary>
/// <remarks>As <see cref="Credential"/>: in the application's row, but who lists applications never touches it.</remarks>
public sealed class ApplicationCredential
{
    public long ApplicationId { get; internal init; }

    /// <summary>Generation, from 1; a rotation makes the next one.</summary>
    public int Version { get; internal set; }

    /// <summary>Which key-encryption key sealed it.</summary>
    public required string KeyId { get; set; }

    /// <summary>Nonce (12 bytes), ciphertext, tag (16 bytes) of AES-256-GCM.</summary>
    public required byte[] Sealed { get; set; }
}
