using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Security;

/// <summary>What must be said about HTTPS, the proxy and the portal's names before it starts outside Development.</summary>
internal static class HttpsChecks
{
    private const string AllowedHosts = "AllowedHosts";

    /// <summary>Set by some hosting platforms as <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>: it believes X-Forwarded headers of everybody.</summary>
    private const string ForwardedFromAll = "FORWARDEDHEADERS_ENABLED";

    public static IEnumerable<string> Faults(IConfiguration configuration) => [.. Tls(configuration), .. Hosts(configuration)];

    private static IEnumerable<string> Tls(IConfiguration configuration)
    {
        var proxy = configuration.GetSection(ProxyOptions.SectionName).Get<ProxyOptions>() ?? new ProxyOptions();
        foreach (var network in proxy.Malformed)
        {
            yield return $"Proxy:Networks has '{network}', which is not a network such as 10.0.0.0/8.";
        }

        foreach (var network in proxy.Boundless)
        {
            yield return $"Proxy:Networks has '{network}', which is everybody: name the networks that the proxy calls from.";
        }

        if (configuration.GetValue<bool>(ForwardedFromAll))
        {
            yield return $"ASPNETCORE_{ForwardedFromAll} would believe forwarded headers of everybody: unset it and set Proxy:Networks.";
        }

        var own = HttpsAddresses(configuration).ToList();
        if (!proxy.IsDeclared && own.Count == 0)
        {
            yield return "The portal would be served without HTTPS: set Kestrel:Endpoints:Https:Url and Kestrel:Endpoints:Https:Certificate:Path, or name the networks of the proxy that ends TLS in Proxy:Networks.";
        }

        foreach (var section in own.Distinct())
        {
            if (Certificate(configuration, section) is { } fault)
            {
                yield return fault;
            }
        }
    }

    /// <summary>For each HTTPS address, the section that names its certificate.</summary>
    private static IEnumerable<string> HttpsAddresses(IConfiguration configuration)
    {
        const string Default = "Kestrel:Certificates:Default";
        static bool IsHttps(string? address) => address?.Trim().StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren().Where(endpoint => IsHttps(endpoint["Url"])))
        {
            yield return endpoint.GetSection("Certificate").GetChildren().Any() ? $"{endpoint.Path}:Certificate" : Default;
        }

        if ((configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';').Any(IsHttps) || !string.IsNullOrEmpty(configuration[WebHostDefaults.HttpsPortsKey]))
        {
            yield return Default;
        }
    }

    private static string? Certificate(IConfiguration configuration, string name)
    {
        var section = configuration.GetSection(name);
        if (!string.IsNullOrEmpty(section["Subject"]))
        {
            return null; // from the machine's store; Kestrel looks for it
        }

        if (string.IsNullOrEmpty(section["Path"]))
        {
            return $"HTTPS has no certificate: set {name}:Path and {name}:Password, or {name}:KeyPath for PEM files.";
        }

        try
        {
            // As Kestrel does: relative to the portal's own folder.
            string InFolder(string path) => Path.Combine(AppContext.BaseDirectory, path);
            using var certificate = (InFolder(section["Path"]!), section["KeyPath"], section["Password"]) switch
            {
                (var path, { Length: > 0 } key, { Length: > 0 } password) => X509Certificate2.CreateFromEncryptedPemFile(path, password, InFolder(key)),
                (var path, { Length: > 0 } key, _) => X509Certificate2.CreateFromPemFile(path, InFolder(key)),
                var (path, _, password) => X509CertificateLoader.LoadPkcs12FromFile(path, password),
            };
            return !certificate.HasPrivateKey ? $"{name}:Path holds no private key."
                : certificate.NotAfter < DateTime.Now ? $"The certificate of {name}:Path expired on {certificate.NotAfter:u}: renew it."
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"{name}:Path cannot be opened: check the path (relative to the portal's folder), the rights on the file and {name}:Password.";
        }
    }

    private static IEnumerable<string> Hosts(IConfiguration configuration)
    {
        var hosts = (configuration[AllowedHosts] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (hosts.Length == 0 || hosts.Any(host => host is "*" or "[::]" or "0.0.0.0" or "*."))
        {
            yield return $"The portal would answer to any name: set {AllowedHosts} to the names people call it by, separated by semicolons, as portal.example.com.";
        }
    }
}
