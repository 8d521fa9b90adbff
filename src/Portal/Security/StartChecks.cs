using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Portal.Authentication;
using Portal.CommandLine;
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

    /// <summary>Before 10.0.7 a forged payload could pass for one of the portal's own (CVE-2026-40372).</summary>
    private static readonly Version s_minDataProtection = new(10, 0, 7);

    /// <param name="builder">What is about to start.</param>
    /// <param name="args">The command line: a command serves nobody, so only what it uses is checked.</param>
    /// <exception cref="StartRefusedException">Something is missing or unsafe.</exception>
    public static void RefuseUnsafe(this WebApplicationBuilder builder, string[] args)
    {
        var isCommand = PortalCommands.IsCommand(args);
        List<string> faults = (builder.Environment.IsDevelopment(), isCommand) switch
        {
            (true, _) => [.. SettingChecks.Faults(builder.Configuration)],
            (false, true) => [.. FaultsOfCommand(builder.Configuration)],
            _ => [.. Faults(builder.Configuration)],
        };
        if (faults.Count > 0)
        {
            throw new StartRefusedException(faults);
        }
    }

    internal static IEnumerable<string> Faults(IConfiguration configuration) =>
    [
        .. SignIn(configuration), .. KeyRing(configuration), .. SecretKeys(KeyRings.SecretKeyPath(configuration)),
        .. HttpsChecks.Faults(configuration), .. Errors(configuration), .. SettingChecks.Faults(configuration),
        .. DataProtection(typeof(DataProtectionProvider).Assembly),
    ];

    internal static IEnumerable<string> FaultsOfCommand(IConfiguration configuration) =>
        [.. SecretKeys(KeyRings.SecretKeyPath(configuration)), .. SettingChecks.Faults(configuration)];

    internal static IEnumerable<string> DataProtection(Assembly assembly) =>
        VersionOf(assembly) is { } version && version >= s_minDataProtection
            ? []
            : [$"ASP.NET Core Data Protection is older than {s_minDataProtection}, whose cookies can be forged: install the newest .NET 10 runtime."];

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

    private static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration.GetValue<bool>(DetailedErrors) || configuration.GetValue<bool>("CircuitOptions:DetailedErrors"))
        {
            yield return "DetailedErrors would show the portal's inside to everybody: set DetailedErrors (ASPNETCORE_DETAILEDERRORS) to false.";
        }
    }

    private static Version? VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion is { } text
            && Version.TryParse(text.Split('-', '+')[0], out var version)
            ? version
            : null;

    private static bool IsWeak(string secret) =>
        secret.Length < MinSecretLength || secret.Distinct().Count() < 6 || s_samples.Any(sample => secret.Contains(sample, StringComparison.OrdinalIgnoreCase));
}
