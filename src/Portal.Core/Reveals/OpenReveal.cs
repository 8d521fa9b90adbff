using System.Text.Json.Serialization;
using Portal.Core.Secrets;

namespace Portal.Core.Reveals;

/// <summary>How a displayed secret was asked for; each is a counted display.</summary>
public enum RevealForm
{
    Text = 0,
    QrCode = 1,
}

/// <summary>One counted display. Dispose it as soon as its bytes are sent: that wipes them.</summary>
public sealed class RevealedSecret(SecretBytes secret, int display, int maxDisplays) : IDisposable
{
    /// <summary>The plain secret, ASCII. Never part of a serialised result.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Bytes => secret.Reveal();

    /// <summary>Which display this is, from 1.</summary>
    public int Display { get; } = display;

    public int MaxDisplays { get; } = maxDisplays;

    public void Dispose() => secret.Dispose();
}

/// <summary>A secret that its maker has not confirmed yet: the line on every page, and the state of a reveal screen.</summary>
public sealed record OpenReveal(
    Guid GrantId, string AssetId, string ProductKey, string DeviceKey, long? ReplacementId, DateTimeOffset CreatedAt, TimeSpan TimeLeft, int Displays, int MaxDisplays)
{
    /// <summary>Whose secret it is. An application has neither asset ID nor keys of a device.</summary>
    public RevealSubject Subject { get; init; }

    /// <summary>The application's, when it is one's secret key.</summary>
    public string? AccessKey { get; init; }

    public string? ApplicationName { get; init; }
}

/// <summary>A grant that its owner used.</summary>
/// <param name="AssetId">Empty for an application.</param>
public sealed record AcknowledgedReveal(Guid GrantId, string AssetId);
