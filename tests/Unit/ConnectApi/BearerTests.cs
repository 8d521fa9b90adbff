using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Portal.Authentication;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>OAuth 2 bearer tokens of the provider in place of a signature.</summary>
public sealed class BearerTests
{
    private const string Client = "fleet-sync";

    [Fact]
    public async Task The_demo_application_gets_a_token_of_the_embedded_provider_and_calls_with_it()
    {
        await using var world = await StartAsync();
        using var http = new HttpClient { BaseAddress = world.Portal.Address };
        var sample = await ReadAsync(await http.GetAsync(new Uri("/development/sample", UriKind.Relative), TestContext.Current.CancellationToken));
        var application = sample.GetProperty("application");
        Assert.Equal(Organization, application.GetProperty("orgId").GetString());
        Assert.True(File.Exists(application.GetProperty("privateKeyFile").GetString()));
        Assert.Equal(10, sample.GetProperty("devices").GetArrayLength());
        Assert.Equal(7, sample.GetProperty("people").GetArrayLength());
        async Task<HttpResponseMessage> AskAsync(string client, string? secret) => await http.PostAsync(
            new Uri("/development/provider/token", UriKind.Relative),
            new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client), new("client_secret", secret ?? "")]));

        var token = (await ReadAsync(await AskAsync("demo", application.GetProperty("secretKey").GetString()))).GetProperty("access_token").GetString();
        using var answer = await CallAsync(http, token!, sample.GetProperty("devices")[0].GetProperty("assetId").GetString()!);
        Ok(await ReadAsync(answer));

        foreach (var (client, secret) in new[] { ("demo", "wrong"), ("demo", null), ("portal", "embedded-provider-in-this-process"), ("portal", ""), ("", "") })
        {
            Assert.False((await AskAsync(client, secret)).IsSuccessStatusCode, client);
        }

        // And its keys sign, too.
        using var enos = new EnosClient(world.Portal.Address, application.GetProperty("accessKey").GetString()!, application.GetProperty("secretKey").GetString()!, Organization);
        Ok(await enos.PostAsync(V24, "search", "{}"));
    }

    [Fact]
    public async Task A_token_is_taken_from_the_provider_for_this_portal_and_a_program_only()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var world = await StartAsync(("Oidc:Authority", provider.Address));
        await world.NewClientAsync(bearerClientId: Client);
        await world.NewClientAsync(bearerClientId: new OidcOptions().ClientId);
        var device = await world.NextDeviceAsync();
        using var http = new HttpClient { BaseAddress = world.Portal.Address };
        using var stranger = System.Security.Cryptography.RSA.Create(2048);
        async Task<HttpStatusCode> AnswerAsync(Action<IdToken>? spoil)
        {
            var token = new IdToken(provider) { Type = "at+jwt" };
            token.Claims["sub"] = "service-account";
            token.Claims["client_id"] = Client;
            spoil?.Invoke(token);
            using var answer = await CallAsync(http, token.Write(), device.AssetId);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AnswerAsync(null));
        Assert.Equal(HttpStatusCode.OK, await AnswerAsync(token => token.Type = "JWT"));
        Assert.Equal(HttpStatusCode.OK, await AnswerAsync(token =>
        {
            token.Claims.Remove("client_id");
            token.Claims["azp"] = Client;
        }));
        Assert.Equal(HttpStatusCode.OK, await AnswerAsync(token =>
        {
            token.Claims.Remove("client_id");
            token.Claims["sub"] = Client;
        }));
        foreach (var (what, spoil) in new (string, Action<IdToken>)[]
        {
            ("another client", token => token.Claims["client_id"] = "somebody"),
            ("another issuer", token => token.Issuer = "https://evil.example"),
            ("another audience", token => token.Audience = "another-api"),
            ("no audience", token => token.Audience = null),
            ("expired", token => (token.IssuedAt, token.Lifetime) = (DateTime.UtcNow.AddHours(-1), TimeSpan.FromMinutes(5))),
            ("not yet", token => token.IssuedAt = DateTime.UtcNow.AddHours(1)),
            ("unsigned", token => token.Signing = null),
            ("another key", token => token.Signing = new SigningCredentials(new RsaSecurityKey(stranger) { KeyId = "key-1" }, SecurityAlgorithms.RsaSha256)),
            ("a shared secret", token => token.Signing = new SigningCredentials(new SymmetricSecurityKey(new byte[64]), SecurityAlgorithms.HmacSha256)),
            ("the portal's own client, through which people sign in", token => token.Claims["client_id"] = new OidcOptions().ClientId),
            ("an ID token", token => token.Claims["nonce"] = "n"),
            ("a sign-in", token => token.Claims["sid"] = "session"),
            ("a person", token => token.Claims["idtyp"] = "user"),
            ("a logout token", token => token.Type = "logout+jwt"),
            ("nobody", token =>
            {
                token.Claims.Remove("client_id");
                token.Claims.Remove("sub");
            }),
        })
        {
            Assert.True(await AnswerAsync(spoil) == HttpStatusCode.Unauthorized, what);
        }

        foreach (var header in new[] { "", "Bearer", "Bearer ", "Basic Zm9vOmJhcg==", "Bearer a.b.c", $"Bearer {new string('a', 20_000)}", "bearer x, Bearer y" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path(device.AssetId));
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, header);
        }
    }

    private static string Path(string assetId) => $"{V24}?action=get&orgId={Organization}&assetId={assetId}";

    private static Task<HttpResponseMessage> CallAsync(HttpClient http, string token, string assetId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path(assetId));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http.SendAsync(request);
    }

    private static Task<JsonElement> ReadAsync(HttpResponseMessage answer) => EnosClient.ReadAsync(answer);
}
