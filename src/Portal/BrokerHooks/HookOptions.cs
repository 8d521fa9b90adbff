using System.ComponentModel.DataAnnotations;
using System.Net;
using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>What else section <c>Mqtt</c> says of a broker that asks the portal, beside <see cref="ConnectionOptions.HookSecret"/>.</summary>
public sealed class HookOptions : IValidatableObject
{
    public const string SectionName = ConnectionOptions.SectionName;

    public const string UserNamePlace = "{username}";
    public const string ClientIdPlace = "{clientid}";

    /// <summary>Networks that brokers ask from, as <c>10.1.0.0/16</c>; none: this machine only.</summary>
    public IList<string> HookNetworks { get; } = [];

    /// <summary>
    /// Deleted when the credential of a device ended, so that the broker closes its connection at once. RabbitMQ:
    /// <c>http://host:15672/api/connections/username/{username}</c>; EMQX: <c>http://host:18083/api/v5/clients/{clientid}</c>.
    /// </summary>
    public string? KickUrl { get; init; }

    public string? KickUserName { get; init; }

    public string? KickPassword { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HookNetworks.FirstOrDefault(network => !IPNetwork.TryParse(network, out _)) is { } malformed)
        {
            yield return new ValidationResult($"'{malformed}' is no network: write it as 10.1.0.0/16.", [nameof(HookNetworks)]);
        }

        if (KickUrl is { Length: > 0 } url && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || !(url.Contains(UserNamePlace, StringComparison.Ordinal) || url.Contains(ClientIdPlace, StringComparison.Ordinal))))
        {
            yield return new ValidationResult($"must be an http or https address with {UserNamePlace} or {ClientIdPlace} in it.", [nameof(KickUrl)]);
        }
    }
}
