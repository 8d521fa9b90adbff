using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Portal.Authentication;

/// <summary>
/// Where the provider lives, for <c>form-action</c> of the Content-Security-Policy: the sign-out form is redirected
/// there, and its end-session address may be on another host than the authority.
/// </summary>
public sealed class ProviderOrigins(IOptions<OidcOptions> options)
{
    private volatile string? _all;

    /// <summary>Origins separated by blanks; empty for the embedded provider, which is on this host.</summary>
    public string All => _all ??= Join([options.Value.Authority]);

    public async Task LearnAsync(OpenIdConnectOptions scheme)
    {
        if (!string.IsNullOrEmpty(options.Value.Authority) && scheme.ConfigurationManager is { } manager)
        {
            var configuration = await manager.GetConfigurationAsync(CancellationToken.None);
            _all = Join([options.Value.Authority, configuration.AuthorizationEndpoint, configuration.EndSessionEndpoint]);
        }
    }

    private static string Join(IEnumerable<string?> addresses) => string.Join(' ', addresses
        .Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null)
        .OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase));
}
