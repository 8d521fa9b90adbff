using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Core.Connections;

namespace Portal.Broker;

/// <summary>Section <c>Mqtt</c> as this portal takes it: what is left out depends on where it runs.</summary>
internal sealed class BrokerSettings(ConnectionOptions options, string? address, bool isDevelopment)
{
    /// <summary>The address to listen on; left out, this machine only in Development and every address elsewhere.</summary>
    public const string AddressSetting = ConnectionOptions.SectionName + ":Address";

    public static BrokerSettings Of(IConfiguration configuration, bool isDevelopment) => new(
        configuration.GetSection(ConnectionOptions.SectionName).Get<ConnectionOptions>() ?? new ConnectionOptions(), configuration[AddressSetting], isDevelopment);

    public bool IsEnabled => options.Enabled ?? isDevelopment;

    public bool IsClearText => IsEnabled && (options.ClearText ?? isDevelopment);

    public bool IsTls => IsEnabled && !string.IsNullOrEmpty(options.CertificateFile);

    public int Port => options.Port;

    public int TlsPort => options.TlsPort;

    /// <summary>Nothing: this machine by whatever name it has for itself.</summary>
    public IPAddress? Address => !string.IsNullOrEmpty(address) ? IPAddress.Parse(address) : isDevelopment ? null : IPAddress.IPv6Any;

    /// <exception cref="CryptographicException">It cannot be opened.</exception>
    public X509Certificate2 LoadCertificate()
    {
        var (file, keyFile, password) = (options.CertificateFile!, options.CertificateKeyFile, options.CertificatePassword);
        if (X509Certificate2.GetCertContentType(file) == X509ContentType.Pkcs12)
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        }

        return string.IsNullOrEmpty(password) ? X509Certificate2.CreateFromPemFile(file, keyFile) : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);
    }

    /// <summary>Settings that are there and cannot be right, each with its name.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        // Those of a broker that is switched off count too, unless somebody said so.
        var settings = Of(configuration, isDevelopment: true);
        return settings.Faults();
    }

    private IEnumerable<string> Faults()
    {
        if (!string.IsNullOrEmpty(address) && !IPAddress.TryParse(address, out _))
        {
            yield return $"{AddressSetting} is '{address}', which is no address: set one such as 0.0.0.0 or 127.0.0.1.";
        }

        if (options.MinKeepAliveSeconds > options.MaxKeepAliveSeconds)
        {
            yield return "Mqtt:MinKeepAliveSeconds is larger than Mqtt:MaxKeepAliveSeconds.";
        }

        if (IsClearText && IsTls && Port == TlsPort && Port != 0)
        {
            yield return "Mqtt:TlsPort is the same as Mqtt:Port: set another.";
        }

        if (IsTls && CertificateFault() is { } fault)
        {
            yield return fault;
        }
    }

    private string? CertificateFault()
    {
        try
        {
            using var certificate = LoadCertificate();
            return !certificate.HasPrivateKey ? "Mqtt:CertificateFile holds no private key: set Mqtt:CertificateKeyFile."
                : certificate.NotAfter < DateTime.Now ? $"The certificate of Mqtt:CertificateFile expired on {certificate.NotAfter:u}: renew it."
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return "Mqtt:CertificateFile cannot be opened: check the path, the rights on the file and Mqtt:CertificatePassword.";
        }
    }
}
