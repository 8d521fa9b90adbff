using Microsoft.AspNetCore.HttpOverrides;

namespace Portal.Security;

/// <summary>A reverse proxy that ends TLS in front of the portal; section <c>Proxy</c>. None declared: forwarded headers are ignored.</summary>
public sealed class ProxyOptions
{
    public const string SectionName = "Proxy";

    /// <summary>Networks the proxy calls from, as <c>10.0.0.0/8</c>. Only from there are X-Forwarded headers believed.</summary>
    public IList<string> Networks { get; } = [];

    public bool IsDeclared => Networks.Count > 0;

    public IEnumerable<string> Malformed => Networks.Where(network => !System.Net.IPNetwork.TryParse(network, out _));

    /// <summary>Networks that hold every address.</summary>
    public IEnumerable<string> Boundless =>
        Networks.Where(network => System.Net.IPNetwork.TryParse(network, out var parsed) && parsed.PrefixLength == 0);

    /// <param name="allowedHosts">The names that the portal answers to; a forwarded one is held to them too.</param>
    public ForwardedHeadersOptions ToForwardedHeaders(IEnumerable<string> allowedHosts)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in Networks)
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        foreach (var host in allowedHosts)
        {
            options.AllowedHosts.Add(host);
        }

        return options;
    }
}
