using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Portal.Core.Persistence;
using Portal.Core.Secrets;

namespace Portal.Security;

/// <summary>The keys of cookies and tickets; section <c>DataProtection</c>.</summary>
public sealed class KeyRingOptions
{
    public const string SectionName = "DataProtection";

    /// <summary>A PKCS#12 file whose private key protects the key ring in the database. Required outside Development.</summary>
    public string? CertificateFile { get; set; }

    public string? CertificatePassword { get; set; }

    public X509Certificate2? LoadCertificate() => string.IsNullOrEmpty(CertificateFile)
        ? null
        : X509CertificateLoader.LoadPkcs12FromFile(CertificateFile, CertificatePassword);
}

/// <summary>Where the portal's keys come from.</summary>
public static class KeyRings
{
    private const string ApplicationName = "DevicePortal";

    public static void AddPortalKeyRings(this WebApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToPortalDatabase();
        if (builder.Configuration.GetSection(KeyRingOptions.SectionName).Get<KeyRingOptions>()?.LoadCertificate() is { } certificate)
        {
            protection.ProtectKeysWithCertificate(certificate);
        }

        var path = SecretKeyPath(builder.Configuration);
        var mayCreate = builder.Environment.IsDevelopment();
        builder.Services.AddSingleton(_ =>
        {
            // Never outside Development: a new key there would hide that the old one, and every secret, is lost.
            if (mayCreate && !File.Exists(path))
            {
                SecretKeyRing.Create().WriteNew(path);
            }

            return SecretKeyRing.Read(path);
        });
    }

    public static string SecretKeyPath(IConfiguration configuration) =>
        (configuration.GetSection(SecretOptions.SectionName).Get<SecretOptions>() ?? new SecretOptions()).KeyFile;
}
