using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Unit.ConnectApi;

/// <summary>A client as one written for EnOS: it knows the vendor's documents and nothing of the portal.</summary>
internal sealed class EnosClient(Uri address, string accessKey, string secretKey, string organizationId) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
    private long _lastTimestamp;

    public string OrganizationId => organizationId;

    public string AccessKey => accessKey;

    public string SecretKey => secretKey;

    public string? Token { get; set; }

    public HttpClient Http => _http;

    /// <summary>
    /// Now, in milliseconds; never the same twice, since a signature counts once. Who calls so often that this would run
    /// away from the clock is taken back to it: their calls differ anyway, or they wait while <see cref="IsFarAhead"/>.
    /// </summary>
    public long NextTimestamp()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return _lastTimestamp = _lastTimestamp > now + 60_000 ? now : Math.Max(_lastTimestamp + 1, now);
    }

    /// <summary>Its timestamps are about to be taken back to the clock, and will be the same ones again.</summary>
    public bool IsFarAhead => _lastTimestamp > DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 50_000;

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Sign(string token, IEnumerable<(string Name, string Value)> query, string body, string timestamp, string secret) =>
        Hash(token + string.Concat(query.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => pair.Name + pair.Value)) + body + timestamp + secret);

    /// <summary>The answer of the token service: status and data.</summary>
    public async Task<JsonElement> AskForTokenAsync(bool refresh = false, bool timestampAsText = true)
    {
        var timestamp = NextTimestamp().ToString(CultureInfo.InvariantCulture);
        var fields = new Dictionary<string, object>
        {
            ["appKey"] = accessKey,
            ["encryption"] = Hash(accessKey + timestamp + secretKey),
            ["timestamp"] = timestampAsText ? timestamp : long.Parse(timestamp, CultureInfo.InvariantCulture),
        };
        if (refresh)
        {
            fields["accessToken"] = Token!;
        }

        using var answer = await _http.PostAsync($"/apim-token-service/v2.0/token/{(refresh ? "refresh" : "get")}", Json(JsonSerializer.Serialize(fields)));
        Assert.Equal(200, (int)answer.StatusCode);
        return await ReadAsync(answer);
    }

    public async Task SignInAsync()
    {
        var answer = await AskForTokenAsync();
        Assert.Equal(0, answer.GetProperty("status").GetInt32());
        Token = answer.GetProperty("data").GetProperty("accessToken").GetString();
    }

    /// <summary>A signed call, sent as the vendor's clients send it.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, string action, (string, string)[] query, string body = "")
    {
        using var answer = await SendAsync(method, path, [("action", action), ("orgId", organizationId), .. query], body);
        Assert.Equal(200, (int)answer.StatusCode);
        return await ReadAsync(answer);
    }

    public Task<JsonElement> PostAsync(string path, string action, string body, params (string, string)[] query) => CallAsync(HttpMethod.Post, path, action, query, body);

    public Task<JsonElement> GetAsync(string path, string action, params (string, string)[] query) => CallAsync(HttpMethod.Get, path, action, query);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, (string Name, string Value)[] query, string body, params (string, string)[] headers) =>
        await _http.SendAsync(await SignAsync(method, path, query, body, headers));

    public async Task<HttpRequestMessage> SignAsync(HttpMethod method, string path, (string Name, string Value)[] query, string body, params (string, string)[] headers)
    {
        if (Token is null)
        {
            await SignInAsync();
        }

        var timestamp = NextTimestamp().ToString(CultureInfo.InvariantCulture);
        var text = string.Join('&', query.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        var request = new HttpRequestMessage(method, $"{path}?{text}");

        // As the Python sample spells them.
        request.Headers.Add("Apim-Accesstoken", Token);
        request.Headers.Add("Apim-Signature", Sign(Token!, query, body, timestamp, secretKey));
        request.Headers.Add("Apim-Timestamp", timestamp);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body.Length > 0)
        {
            request.Content = Json(body);
        }

        return request;
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8"));

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    public void Dispose() => _http.Dispose();
}
