using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace E2E.Infrastructure;

/// <summary>A program that has an application's keys and sends what a screen shows, letter by letter: only the words in capitals are filled in.</summary>
public sealed class ShownRequest(Uri portal, string accessKey, string secretKey)
{
    private string? _token;

    public async Task<JsonElement> SendAsync(string? shownRequest, string? shownSigned)
    {
        using var http = new HttpClient();
        _token ??= await GetTokenAsync(http);
        var timestamp = Now();
        string Fill(string text) => text.Replace("ACCESS_TOKEN", _token, StringComparison.Ordinal)
            .Replace("TIMESTAMP", timestamp, StringComparison.Ordinal).Replace("SECRET_KEY", secretKey, StringComparison.Ordinal);
        var parts = Fill(shownRequest!).Replace("SIGNATURE", Hash(Fill(shownSigned!)), StringComparison.Ordinal).Split("\n\n", 2);
        var lines = parts[0].TrimEnd().Split('\n');
        using var request = new HttpRequestMessage(new HttpMethod(lines[0].Split(' ', 2)[0]), lines[0].Split(' ', 2)[1]);
        request.Content = parts is [_, var body] ? new ByteArrayContent(Encoding.UTF8.GetBytes(body)) : null;
        foreach (var header in lines[1..].Select(line => line.Split(": ", 2)))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(header[0], header[1]) || request.Content!.Headers.TryAddWithoutValidation(header[0], header[1]), header[0]);
        }

        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static string Open(JsonElement data, RSA pair)
    {
        var sealedSecret = data.GetProperty("deviceSecret").GetBytesFromBase64();
        var secret = new byte[sealedSecret.Length - 28];
        using var aes = new AesGcm(pair.Decrypt(data.GetProperty("sessionKey").GetBytesFromBase64(), RSAEncryptionPadding.OaepSHA256), 16);
        aes.Decrypt(sealedSecret.AsSpan(..12), sealedSecret.AsSpan(12..^16), sealedSecret.AsSpan(^16..), secret);
        return Encoding.UTF8.GetString(secret);
    }

    private async Task<string> GetTokenAsync(HttpClient http)
    {
        var now = Now();
        using var answer = await http.PostAsJsonAsync(
            new Uri(portal, "/apim-token-service/v2.0/token/get"), new { appKey = accessKey, encryption = Hash(accessKey + now + secretKey), timestamp = now });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("accessToken").GetString()!;
    }

    private static string Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
