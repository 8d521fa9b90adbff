using System.Security.Cryptography;
using Portal.Authentication;
using Portal.Core.Secrets;

namespace Portal.Security;

/// <summary>The portal does not start like this. The message names every fault and what mends it.</summary>
public sealed class StartRefusedException(IReadOnlyList<string> faults) : Exception(
    $"The portal does not start: {faults.Count} thing(s) must be set right first.{Environment.NewLine}"
    + string.Join(Environment.NewLine, faults.Select(fault => $"  - {fault}")))
{
    public IReadOnlyList<string> Faults => faults;
}

/// <summary>What must hold outside Development before anybody may reach the portal.</summary>
public static class StartChecks
{
    private const string DetailedErrors = "DetailedErrors";
    private const int MinSecretLength = 16;
    private static readonly string[] s_samples = ["secret", "changeme", "change-me", "password", "sample", "example", "default", "<", "embedded-provider"];

    /// <exception cref="StartRefusedException">Something is missing or unsafe.</exception>
    public static void RefuseUnsafe(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            return;
        }

        var faults = Faults(builder.Configuration).ToList();
        if (faults.Count > 0)
        {
            throw new StartRefusedException(faults);
        }
    }

    internal static IEnumerable<string> Faults(IConfiguration configuration) =>
    [
        .. SignIn(configuration), .. KeyRing(configuration), .. SecretKeys(KeyRings.SecretKeyPath(configuration)),
        .. Https(configuration), .. Errors(configuration),
    ];

    private static IEnumerable<string> SignIn(IConfiguration configuration)
    {
        var section = configuration.GetSection(OidcOptions.SectionName);
        var authority = section[nameof(OidcOptions.Authority)];
        if (string.IsNullOrWhiteSpace(authority))
        {
            yield return "Nobody can sign in: set Oidc:Authority to the address of your identity provider.";
        }
        else if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback))
        {
            yield return "Oidc:Authority is not an https address.";
        }

        if (string.IsNullOrWhiteSpace(section[nameof(OidcOptions.ClientId)]))
        {
            yield return "The identity provider does not know the portal: set Oidc:ClientId.";
        }

        if (section[nameof(OidcOptions.ClientSecret)] is { Length: > 0 } secret && IsWeak(secret))
        {
            yield return $"Oidc:ClientSecret is a sample or shorter than {MinSecretLength} characters: set the one that your identity provider made.";
        }
    }

    private static IEnumerable<string> KeyRing(IConfiguration configuration)
    {
        var options = configuration.GetSection(KeyRingOptions.SectionName).Get<KeyRingOptions>() ?? new KeyRingOptions();
        if (string.IsNullOrWhiteSpace(options.CertificateFile))
        {
            return ["The key ring of cookies would lie unprotected in the database: set DataProtection:CertificateFile (PKCS#12) and DataProtection:CertificatePassword."];
        }

        try
        {
            using var certificate = options.LoadCertificate();
            return certificate?.HasPrivateKey == true ? [] : ["DataProtection:CertificateFile holds no private key."];
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return ["DataProtection:CertificateFile cannot be opened: check the path, the rights on the file and DataProtection:CertificatePassword."];
        }
    }

    private static IEnumerable<string> SecretKeys(string path)
    {
        const string Mend = "set Secrets:KeyFile to a file with a key of 32 random bytes";
        if (!File.Exists(path))
        {
            return [$"There is no key for the secrets of devices: {Mend}. None is made here, so that a lost key is noticed."];
        }

        try
        {
            return SecretKeyRing.Read(path).HasWeakKey ? [$"The key file of device secrets holds a sample key: {Mend}."] : [];
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return [$"The key file of device secrets is unreadable, malformed or its key is too short: {Mend}."];
        }
    }

    private static IEnumerable<string> Https(IConfiguration configuration)
    {
        var proxy = configuration.GetSection(ProxyOptions.SectionName).Get<ProxyOptions>() ?? new ProxyOptions();
        foreach (var network in proxy.Malformed)
        {
            yield return $"Proxy:Networks has '{network}', which is not a network such as 10.0.0.0/8.";
        }

        var addresses = (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';')
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]))
            .Append(string.IsNullOrEmpty(configuration["HTTPS_PORTS"]) ? null : "https://");
        if (!proxy.IsDeclared && !addresses.Any(address => address?.Trim().StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true))
        {
            yield return "The portal would be served without HTTPS: set Kestrel:Endpoints:Https:Url and Kestrel:Endpoints:Https:Certificate:Path, or name the networks of the proxy that ends TLS in Proxy:Networks.";
        }
    }

    private static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration.GetValue<bool>(DetailedErrors) || configuration.GetValue<bool>("CircuitOptions:DetailedErrors"))
        {
            yield return "DetailedErrors would show the portal's inside to everybody: set DetailedErrors (ASPNETCORE_DETAILEDERRORS) to false.";
        }
    }

    private static bool IsWeak(string secret) =>
        secret.Length < MinSecretLength || secret.Distinct().Count() < 6 || s_samples.Any(sample => secret.Contains(sample, StringComparison.OrdinalIgnoreCase));
}
