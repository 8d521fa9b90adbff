namespace Portal.Core.Applications;

/// <summary>A device secret that only the holder of an application's private key can read (<see cref="SecretEnvelope"/>).</summary>
/// <param name="DeviceSecret">Base64; opens with the key in <paramref name="SessionKey"/>.</param>
/// <param name="SessionKey">Base64; opens with the private key.</param>
public sealed record EncryptedSecret(string DeviceSecret, string SessionKey);

/// <summary>How a new secret reaches who asked for it.</summary>
public enum SecretDelivery
{
    /// <summary>Not at all; whoever needs one re-issues it.</summary>
    None = 0,

    /// <summary>A person may see it on the screen for a while.</summary>
    Reveal = 1,

    /// <summary>In the answer, for the application's private key.</summary>
    Encrypted = 2,

    /// <summary>As it is, read after the commit (V2.1).</summary>
    Clear = 3,
}
