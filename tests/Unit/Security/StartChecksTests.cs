using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Portal.Core.Secrets;
using Portal.Security;
using Unit.Support;

namespace Unit.Security;

[Trait("Requirement", "R-53")]
public sealed class StartChecksTests
{
    [Fact]
    public async Task A_start_outside_development_without_any_setting_names_all_faults_at_once_and_no_stack()
    {
        using var folder = TestDatabase.CreateWithoutSchema();
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder.Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_DETAILEDERRORS"] = "true";
        start.Environment["Reveals__MaxDisplays"] = "0";
        start.Environment["Oidc__Roles__boss"] = "Emperor";

        using var process = Process.Start(start)!;
        var message = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, process.ExitCode);
        foreach (var setting in new[] { "Oidc:Authority", "Oidc:ClientId", "DataProtection:CertificateFile", "Secrets:KeyFile", "Proxy:Networks", "DetailedErrors", "AllowedHosts", "Reveals:MaxDisplays", "Oidc:Roles:boss" })
        {
            Assert.Contains(setting, message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Folder));
    }

    [Fact]
    public void A_proper_configuration_is_let_through_and_each_fault_alone_is_not()
    {
        using var folder = TestDatabase.CreateWithoutSchema();
        var proper = Proper(folder.Folder);
        Assert.Empty(Faults(proper));

        var weakKey = Path.Combine(folder.Folder, "weak.key");
        new SecretKeyRing("k1", new Dictionary<string, byte[]> { ["k1"] = new byte[32] }).WriteNew(weakKey);
        var expired = PortalProcess.Certificate(folder.Folder, "expired.pfx", DateTimeOffset.UtcNow.AddMinutes(-1));
        var shortKey = Path.Combine(folder.Folder, "short.key");
        File.WriteAllText(shortKey, """{"current":"k1","keys":{"k1":"AAAA"}}""");
        (string Setting, string? Value)[] faults =
        [
            ("Oidc:Authority", null), ("Oidc:Authority", "http://provider.example"), ("Oidc:Authority", "provider"), ("Oidc:ClientId", ""),
            ("Oidc:ClientSecret", "changeme-changeme-changeme"), ("Oidc:ClientSecret", "short"), ("Oidc:ClientSecret", "<your client secret here>"),
            ("DataProtection:CertificateFile", null), ("DataProtection:CertificateFile", "/nowhere.pfx"), ("DataProtection:CertificatePassword", "wrong"),
            ("Secrets:KeyFile", "/nowhere.key"), ("Secrets:KeyFile", weakKey), ("Secrets:KeyFile", shortKey), ("Secrets:KeyFile", proper["DataProtection:CertificateFile"]),
            ("Kestrel:Endpoints:Https:Url", "http://0.0.0.0:5080"), ("Proxy:Networks:0", "everywhere"), ("DetailedErrors", "true"),
            ("Proxy:Networks:0", "0.0.0.0/0"), ("FORWARDEDHEADERS_ENABLED", "true"), ("AllowedHosts", null), ("AllowedHosts", "*"), ("AllowedHosts", "portal.example;*"),
            ("Kestrel:Endpoints:Https:Certificate:Path", null), ("Kestrel:Endpoints:Https:Certificate:Path", "/nowhere.pfx"), ("Kestrel:Endpoints:Https:Certificate:Password", "wrong"),
            ("Kestrel:Endpoints:Https:Certificate:Path", expired),
            ("Reveals:Lifetime", "soon"), ("Sessions:Lifetime", "30.00:00:00"), ("Imports:MaxRows", "-1"), ("Database:Provider", "Oracle"), ("Oidc:Roles:boss", "Emperor"),
            ("Oidc:PushedAuthorization", "Perhaps"), ("Oidc:RoleClaim", ""),
            ("Mqtt:Port", "70000"), ("Mqtt:TlsPort", "none"), ("Mqtt:Enabled", "perhaps"), ("Mqtt:MaxMessageBytes", "1"), ("Mqtt:Address", "everywhere"),
            ("Mqtt:MinKeepAliveSeconds", "301"), ("Mqtt:CertificateFile", "/nowhere.pfx"), ("Mqtt:CertificateFile", shortKey), ("Mqtt:HookSecret", "short"),
        ];
        foreach (var (setting, value) in faults)
        {
            var found = Faults(new Dictionary<string, string?>(proper) { [setting] = value });
            Assert.True(found is [var fault] && fault.Contains(setting.Split(":0")[0], StringComparison.Ordinal), $"{setting}={value}: {string.Join(" | ", found)}");
        }
    }

    [Fact]
    public void Detailed_errors_of_the_circuits_alone_are_refused_too()
    {
        using var folder = TestDatabase.CreateWithoutSchema();

        Assert.Contains("DetailedErrors", Assert.Single(Faults(new(Proper(folder.Folder)) { ["CircuitOptions:DetailedErrors"] = "true" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_proxy_stands_for_a_certificate()
    {
        using var folder = TestDatabase.CreateWithoutSchema();
        var settings = Proper(folder.Folder);
        settings.Remove("Kestrel:Endpoints:Https:Url");
        settings["Proxy:Networks:0"] = "10.0.0.0/8";

        Assert.Empty(Faults(settings));
    }

    [Fact]
    public void A_runtime_whose_cookies_can_be_forged_is_refused()
    {
        static System.Reflection.Emit.AssemblyBuilder Of(string version) => System.Reflection.Emit.AssemblyBuilder.DefineDynamicAssembly(
            new System.Reflection.AssemblyName("DataProtection"), System.Reflection.Emit.AssemblyBuilderAccess.Run,
            [new System.Reflection.Emit.CustomAttributeBuilder(typeof(System.Reflection.AssemblyInformationalVersionAttribute).GetConstructor([typeof(string)])!, [version])]);

        Assert.Single(StartChecks.DataProtection(Of("10.0.6+abc")));
        Assert.Single(StartChecks.DataProtection(Of("unknown")));
        Assert.Empty(StartChecks.DataProtection(Of("10.0.7+abc")));
        Assert.Empty(StartChecks.DataProtection(typeof(Microsoft.AspNetCore.DataProtection.DataProtectionProvider).Assembly));
    }

    private static Dictionary<string, string?> Proper(string folder)
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=portal", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var certificateFile = Path.Combine(folder, "ring.pfx");
        File.WriteAllBytes(certificateFile, certificate.Export(X509ContentType.Pkcs12, "a password"));
        var keyFile = Path.Combine(folder, "secrets.key");
        SecretKeyRing.Create().WriteNew(keyFile);
        return new Dictionary<string, string?>
        {
            ["Oidc:Authority"] = "https://provider.example/realms/fleet",
            ["Oidc:ClientId"] = "portal",
            ["Oidc:ClientSecret"] = "Vq7zJm2RkXw9TbLc4NfH",
            ["DataProtection:CertificateFile"] = certificateFile,
            ["DataProtection:CertificatePassword"] = "a password",
            ["Secrets:KeyFile"] = keyFile,
            ["Kestrel:Endpoints:Https:Url"] = "https://0.0.0.0:5443",
            ["Kestrel:Endpoints:Https:Certificate:Path"] = certificateFile,
            ["Kestrel:Endpoints:Https:Certificate:Password"] = "a password",
            ["AllowedHosts"] = "portal.example",
        };
    }

    private static List<string> Faults(Dictionary<string, string?> settings) =>
        [.. StartChecks.Faults(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())];
}
