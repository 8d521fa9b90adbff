using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Bench.PortalUnderTest;

/// <summary>Calls the portal as an EnOS client does, as the demo application: access token, then a signature for each call.</summary>
internal sealed class SignedClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _organizationId;
    private readonly string _token;
    private readonly string _secretKey;

    private SignedClient(HttpClient http, string organizationId, string token, string secretKey) =>
        (_http, _organizationId, _token, _secretKey) = (http, organizationId, token, secretKey);

    public static async Task<SignedClient> OpenAsync(Uri portal)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = portal };
        using var sample = JsonDocument.Parse(await http.GetStringAsync(new Uri(PortalPages.Sample, UriKind.Relative)));
        var application = sample.RootElement.GetProperty("application");
        var (accessKey, secretKey) = (application.GetProperty("accessKey").GetString()!, application.GetProperty("secretKey").GetString()!);
        var now = Now();
        using var answer = await http.PostAsJsonAsync(
            new Uri("/apim-token-service/v2.0/token/get", UriKind.Relative), new { appKey = accessKey, encryption = Hash(accessKey + now + secretKey), timestamp = now });
        using var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return new SignedClient(
            http, application.GetProperty("orgId").GetString()!, token.RootElement.GetProperty("data").GetProperty("accessToken").GetString()!, secretKey);
    }

    /// <summary>A <c>replaceDevice</c> of version 2.4, signed now and not yet sent.</summary>
    public HttpRequestMessage Replace(string assetId, string newDeviceKey, bool requireSecret)
    {
        var body = $$"""{"newDeviceKey":"{{newDeviceKey}}","requireSecret":{{(requireSecret ? "true" : "false")}}}""";
        var timestamp = Now();
        var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"/connect-service/v2.4/devices?action=replaceDevice&orgId={_organizationId}&assetId={assetId}", UriKind.Relative))
        {
            Content = new StringContent(body, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("apim-accesstoken", _token);
        request.Headers.Add("apim-timestamp", timestamp);
        request.Headers.Add("apim-signature", Hash($"{_token}actionreplaceDeviceassetId{assetId}orgId{_organizationId}{body}{timestamp}{_secretKey}"));
        return request;
    }

    /// <summary>Sends a call and reads its whole answer.</summary>
    public async Task SendAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!text.StartsWith("""{"code":0,""", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"HTTP {(int)answer.StatusCode}: {text}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Now() => $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
