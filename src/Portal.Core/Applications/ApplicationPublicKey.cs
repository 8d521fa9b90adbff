namespace Portal.Core.Applications;

public enum PublicKeyState
{
    /// <summary>Secrets are sealed with it.</summary>
    Current = 0,

    /// <summary>Registered, and current as soon as the application first says that it uses it.</summary>
    Pending = 1,

    /// <summary>Nothing is sealed with it any more.</summary>
    Retired = 2,
}

/// <summary>The public half of an application's RSA key pair. The private half never comes here.</summary>
public sealed class ApplicationPublicKey
{
    public long Id { get; init; }

    public long ApplicationId { get; init; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public required byte[] Spki { get; init; }

    /// <summary>SHA-256 of <see cref="Spki"/>, lower-case hex.</summary>
    public required string Fingerprint { get; init; }

    public int SizeInBits { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public PublicKeyState State { get; set; }

    public DateTimeOffset? RetiredAt { get; set; }
}
