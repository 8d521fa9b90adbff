using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Portal.Core.Secrets;

namespace Unit.Support;

/// <summary>The portal as an operator's machine runs it: its own process, in Production, with files that a careful person made.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    public const string CertificateSubject = "CN=portal";
    private const string Password = "a password";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;

    private PortalProcess(Process process) => _process = process;

    /// <summary>Where it listens, by scheme.</summary>
    public required IReadOnlyDictionary<string, Uri> Addresses { get; init; }

    /// <summary>Everything that a start outside Development asks for, HTTPS and its names apart.</summary>
    public static Dictionary<string, string?> Settings(TestDatabase database, string authority)
    {
        var keyFile = Path.Combine(database.Folder, "secrets.key");
        SecretKeyRing.Create().WriteNew(keyFile);
        return new Dictionary<string, string?>
        {
            ["Database:ConnectionString"] = database.ConnectionString,
            ["Audit:HeadFile"] = Path.Combine(database.Folder, "audit-heads.jsonl"),
            ["Fleet:SampleDevices"] = "20",
            ["Oidc:Authority"] = authority,
            ["Oidc:ClientId"] = FakeProvider.ClientId,
            ["Oidc:ClientSecret"] = "Vq7zJm2RkXw9TbLc4NfH",
            ["DataProtection:CertificateFile"] = Certificate(database.Folder, "ring.pfx"),
            ["DataProtection:CertificatePassword"] = Password,
            ["Secrets:KeyFile"] = keyFile,
            ["AllowedHosts"] = "127.0.0.1;portal.example",
        };
    }

    /// <summary>An address with TLS and one without.</summary>
    public static void AddOwnHttps(Dictionary<string, string?> settings, TestDatabase database)
    {
        settings["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0";
        settings["Kestrel:Endpoints:Https:Certificate:Path"] = Certificate(database.Folder, "tls.pfx");
        settings["Kestrel:Endpoints:Https:Certificate:Password"] = Password;
        settings["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0";
    }

    public static async Task<PortalProcess> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var process = Run(settings);
        var addresses = new Dictionary<string, Uri>();
        var log = new List<string>();
        using var limit = new CancellationTokenSource(s_patience);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            log.Add(line);
            if (ListeningPattern().Match(line) is { Success: true } listening)
            {
                var address = new Uri(listening.Groups[1].Value);
                addresses[address.Scheme] = address;
            }

            if (line.Contains("Application started", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new PortalProcess(process) { Addresses = addresses };
            }
        }

        Assert.Fail($"The portal did not start: {string.Join('\n', log)}\n{await errors}");
        return null;
    }

    /// <summary>Starts it, or the command that <paramref name="args"/> name.</summary>
    public static Process Run(IReadOnlyDictionary<string, string?> settings, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. args])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return Process.Start(start)!;
    }

    public static string Certificate(string folder, string name, DateTimeOffset? until = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(CertificateSubject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), until ?? DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, Password));
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (https?://\S+)")]
    private static partial Regex ListeningPattern();
}

/// <summary>A browser that shows which cookies it was given, and with which attributes.</summary>
internal sealed class ProductionBrowser : IDisposable
{
    private readonly HttpClient _client;
    private readonly Dictionary<string, string> _cookies = [];

    public ProductionBrowser(Uri address) => _client = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == PortalProcess.CertificateSubject },
    })
    { BaseAddress = address };

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    /// <summary>Each <c>Set-Cookie</c> line so far.</summary>
    public List<string> Given { get; } = [];

    /// <summary>Sent with each request, as a proxy or a forger would.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var line in answer.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            Given.Add(line);
            var (name, value) = (line.Split('=')[0], line.Split(';')[0][(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (value.Length == 0)
            {
                _cookies.Remove(name);
            }
            else
            {
                _cookies[name] = value;
            }
        }

        return answer;
    }

    public Task<HttpResponseMessage> GetAsync(string address) => SendAsync(HttpMethod.Get, address);

    /// <returns>The authorization request that the provider got, and the answer to the callback.</returns>
    public async Task<(Uri Request, HttpResponseMessage Answer)> SignInAsync(FakeProvider provider)
    {
        var start = await GetAsync("/sign-in?returnUrl=/devices");
        Assert.True(start.Headers.Location is not null, $"sign-in: {start.StatusCode}");
        var (code, state) = provider.Authorize(start.Headers.Location!);
        return (start.Headers.Location!, await GetAsync($"/signin-oidc?code={code}&state={Uri.EscapeDataString(state)}"));
    }

    public void Dispose() => _client.Dispose();
}
