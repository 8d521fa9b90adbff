using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portal.Features.Applications;

namespace Unit.Applications;

/// <summary>A request as the screen shows it, sent letter by letter as it stands there: only the words in capitals are filled in.</summary>
internal static class ShownRequest
{
    /// <param name="shown">The request, and what it says that is to be signed.</param>
    /// <param name="newKey">Stands for the key that the person has not typed yet.</param>
    public static async Task<string> SendAsync((string Request, string Signed) shown, string token, string secretKey, string newKey = "")
    {
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        string Fill(string text) => text.Replace(ConnectCall.TokenPlace, token, StringComparison.Ordinal)
            .Replace(ConnectCall.TimestampPlace, timestamp, StringComparison.Ordinal).Replace(ConnectCall.SecretKeyPlace, secretKey, StringComparison.Ordinal)
            .Replace(ConnectCall.NewKeyPlace, newKey, StringComparison.Ordinal);
        var signature = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Fill(shown.Signed))));
        var parts = Fill(shown.Request).Replace(ConnectCall.SignaturePlace, signature, StringComparison.Ordinal).Split("\n\n", 2);
        var lines = parts[0].TrimEnd().Split('\n');
        var (method, address) = (lines[0].Split(' ', 2)[0], lines[0].Split(' ', 2)[1]);
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (parts is [_, var body])
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var header in lines[1..].Select(line => line.Split(": ", 2)))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(header[0], header[1]) || request.Content!.Headers.TryAddWithoutValidation(header[0], header[1]), header[0]);
        }

        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
