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

public static class ProviderOriginsAtStart
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// At the start, so that the first page already knows. A provider that is down at this moment keeps nobody from
    /// starting the portal: it is asked again at each sign-in.
    /// </summary>
    public static async Task LearnProviderAsync(this WebApplication app)
    {
        if (string.IsNullOrEmpty(app.Services.GetRequiredService<IOptions<OidcOptions>>().Value.Authority))
        {
            return; // the embedded provider, which is this very host and not up yet
        }

        var scheme = app.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(PortalSchemes.Provider);
        try
        {
            await app.Services.GetRequiredService<ProviderOrigins>().LearnAsync(scheme).WaitAsync(s_patience);
        }
        catch (Exception exception)
        {
            app.Logger.LogWarning("The identity provider does not answer yet: {Cause}", exception.Message);
        }
    }
}
