#:property PublishAot=false
// Puts new hardware behind an asset. Needs the .NET 10 SDK, nothing else.
//     export PORTAL_SECRET_KEY=...     the secret key of the application
//     dotnet run replace.cs ASSET_ID NEW_DEVICE_KEY [--secret]
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

const string AccessKey = "__ACCESS_KEY__";
const string OrgId = "__ORG_ID__";
var secretKey = Environment.GetEnvironmentVariable("PORTAL_SECRET_KEY") ?? throw new InvalidOperationException("Set PORTAL_SECRET_KEY.");
using var http = new HttpClient { BaseAddress = new Uri("__ADDRESS__") };

var answer = await CallAsync(
    await GetTokenAsync(),
    "/connect-service/v2.4/devices",
    new() { ["action"] = "replaceDevice", ["orgId"] = OrgId, ["assetId"] = args[0] },
    JsonSerializer.Serialize(new { newDeviceKey = args[1], requireSecret = args.Contains("--secret") }));
Console.WriteLine(answer);
return answer.GetProperty("code").GetInt32() == 0 ? 0 : 1;

// The same token comes back until it expires: keep it.
async Task<string> GetTokenAsync()
{
    var now = Timestamp();
    var answer = await PostAsync("/apim-token-service/v2.0/token/get", JsonSerializer.Serialize(
        new { appKey = AccessKey, encryption = Sha256(AccessKey + now + secretKey), timestamp = now }));
    return answer.GetProperty("status").GetInt32() == 0
        ? answer.GetProperty("data").GetProperty("accessToken").GetString()!
        : throw new InvalidOperationException($"No token: {answer}");
}

// Signed are the token, the query in the order of its names, the body byte for byte, the timestamp and the secret key.
Task<JsonElement> CallAsync(string token, string path, Dictionary<string, string> query, string body)
{
    var now = Timestamp();
    var parameters = string.Concat(query.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value));
    var url = $"{path}?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}";
    return PostAsync(url, body, ("apim-accesstoken", token), ("apim-timestamp", now), ("apim-signature", Sha256(token + parameters + body + now + secretKey)));
}

async Task<JsonElement> PostAsync(string url, string body, params (string Name, string Value)[] headers)
{
    using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    foreach (var (name, value) in headers)
    {
        request.Headers.Add(name, value);
    }

    using var response = await http.SendAsync(request);
    response.EnsureSuccessStatusCode();
    using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    return document.RootElement.Clone();
}

static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

static string Timestamp() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString();
