using System.ComponentModel.DataAnnotations;

namespace Portal.Core.Connections;

/// <summary>Where and how devices connect. Limits are the contract's (contract.md section 5).</summary>
public sealed class ConnectionOptions
{
    public const string SectionName = "Mqtt";

    /// <summary>The portal's own broker; left out, it is on in Development only.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Clear text: anybody on the way can read, and a captured sign-in is good until the next replacement.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 11883;

    [Range(0, 65535)]
    public int TlsPort { get; init; } = 18883;

    /// <summary>Listen in clear text; left out, in Development only.</summary>
    public bool? ClearText { get; init; }

    /// <summary>PEM or PKCS#12 file of the certificate for <see cref="TlsPort"/>; without one the port is not opened.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Private key, when <see cref="CertificateFile"/> is PEM without one.</summary>
    public string? CertificateKeyFile { get; init; }

    public string? CertificatePassword { get; init; }

    [Range(1024, 16 * 1024 * 1024)]
    public int MaxMessageBytes { get; init; } = 512 * 1024;

    /// <summary>Accepted sign-ins of a device, or refused ones of it from one address, within <see cref="ConnectWindow"/>.</summary>
    [Range(1, 1_000_000)]
    public int ConnectsPerWindow { get; init; } = 4;

    public TimeSpan ConnectWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long who connects more often is refused.</summary>
    public TimeSpan ConnectBlock { get; init; } = TimeSpan.FromMinutes(5);

    [Range(1, 65535)]
    public int MinKeepAliveSeconds { get; init; } = 60;

    [Range(1, 65535)]
    public int MaxKeepAliveSeconds { get; init; } = 300;

    [Range(0, 1_000_000)]
    public int MaxSubDevices { get; init; } = 10_000;

    /// <summary>What a broker that asks the portal must show; without one it may not ask.</summary>
    [MinLength(32)]
    public string? HookSecret { get; init; }

    /// <summary>How long the connection log is kept.</summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(15);
}
