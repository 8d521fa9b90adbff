using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portal.Development;

namespace Unit.Support;

/// <summary>The whole portal on a free loopback port, in Development with its embedded provider unless told otherwise.</summary>
internal sealed class PortalServer : WebApplicationFactory<Program>
{
    /// <summary>Made once a process: it takes a second.</summary>
    private static readonly Lazy<string> s_demoKeyFile = new(() =>
    {
        var file = Path.Combine(Path.GetTempPath(), $"portal-demo-{Environment.ProcessId}.pem");
        using var key = RSA.Create(3072);
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
        return file;
    });

    private readonly TestDatabase _database = TestDatabase.CreateWithoutSchema();
    private readonly (string Key, string Value)[] _settings;

    private readonly Action<IServiceCollection>? _configure;

    private PortalServer(Action<IServiceCollection>? configure, (string Key, string Value)[] settings) => (_configure, _settings) = (configure, settings);

    public Uri Address => ClientOptions.BaseAddress;

    public TestDatabase Database => _database;

    public static PortalServer Start(params (string Key, string Value)[] settings) => Start(null, settings);

    /// <param name="configure">Other or more services.</param>
    public static PortalServer Start(Action<IServiceCollection>? configure, params (string Key, string Value)[] settings)
    {
        var server = new PortalServer(configure, settings);
        server.UseKestrel(0);
        server.StartServer();

        // Made beside the start: a test begins when everything is there.
        if (server.Get<IHostEnvironment>().IsDevelopment())
        {
            server.Get<DemoCaller>().GetAsync().GetAwaiter().GetResult();
        }

        return server;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Somebody's browser: keeps cookies, follows redirects.</summary>
    public TestBrowser NewBrowser() => new(Address);

    /// <summary>A browser in which the demo person of that user name has signed in.</summary>
    public async Task<TestBrowser> SignInAsync(string userName)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(userName);
        return browser;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Database:ConnectionString", _database.ConnectionString);
        builder.UseSetting("Secrets:KeyFile", Path.Combine(_database.Folder, "secrets.key"));
        builder.UseSetting("Audit:HeadFile", Path.Combine(_database.Folder, "audit-head.json"));
        builder.UseSetting("Fleet:SampleDevices", "0");
        builder.UseSetting("Mqtt:Enabled", "false"); // many portals at once; a test about devices asks for a free port
        builder.UseSetting(DemoCaller.KeyFileSetting, s_demoKeyFile.Value);
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        if (_configure is not null)
        {
            builder.ConfigureServices(_configure);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _database.Dispose();
    }
}

/// <summary>What a browser without scripts does.</summary>
internal sealed partial class TestBrowser : IDisposable
{
    private const int MaxRedirects = 10;
    private readonly HttpClient _client;

    public TestBrowser(Uri address)
    {
        _client = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = address };
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>One request; a redirect is an answer like any other.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _client.SendAsync(request);
    }

    /// <summary>Follows redirects to the end.</summary>
    public async Task<HttpResponseMessage> GetAsync(string address)
    {
        var response = await SendAsync(HttpMethod.Get, address);
        for (var count = 0; count < MaxRedirects && response.Headers.Location is { } next; count++)
        {
            response = await SendAsync(HttpMethod.Get, new Uri(response.RequestMessage!.RequestUri!, next).ToString());
        }

        return response;
    }

    public async Task<HttpResponseMessage> SignInAsync(string userName, string returnUrl = "/")
    {
        var start = await SendAsync(HttpMethod.Get, $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        return await GetAsync($"{start.Headers.Location}&person={userName}");
    }

    /// <summary>Posts a form as a page of the portal would, with its antiforgery token.</summary>
    public async Task<HttpResponseMessage> PostAsync(string address, params (string Name, string Value)[] fields)
    {
        var token = await AntiforgeryTokenAsync();
        return await SendAsync(HttpMethod.Post, address, new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));
    }

    public async Task<string> AntiforgeryTokenAsync()
    {
        var page = await (await GetAsync("/signed-out")).Content.ReadAsStringAsync();
        return WebUtility.HtmlDecode(TokenPattern().Match(page).Groups[1].Value);
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"antiforgery-token\" content=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
