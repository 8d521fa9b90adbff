using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Who is turned away before anybody looks at what the call is for.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task Vectors_of_the_contract_are_what_the_client_of_these_tests_computes()
    {
        const string AppKey = "5acb82e7-a11e-4300-9164-c8b20b638e8b";
        const string Secret = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
        Assert.Equal("405ff7cc909d800ff1cbf3db6010d46f6185f6c9185d3243e4d653187b34fb8b", EnosClient.Hash(AppKey + "1572574909697" + Secret));
        Assert.Equal("59828328f6c1f9771015dc74e4929ae30f518a35a3d2353972c2ea46556fc981", EnosClient.Sign(
            "xxxxaaaxxxx", [("k3", "v3"), ("k1", "v1"), ("k2", "v2")], "{\n  \"count\": 20,\n  \"page\": 1,\n  \"desc\": \"描述\"\n}", "1572574909697", "xxxappSecretxxx"));
        Assert.Equal("6a86c0858c5370b7d739e25aa339cdc2bd66e72da677e7801205515b00416b36", EnosClient.Sign(
            "Generated_Access_Token", [("action", "replaceDevice"), ("orgId", "yourOrgId"), ("assetId", "yourAssetId")],
            """{"newDeviceKey":"yourNewDeviceKey","requireSecret":true}""", "1572574909697", Secret));
        Assert.Equal("670011476ff4f22c72a0e67e4065d383e2c6d3786dcfffbc0c68ba5a01553306", EnosClient.Sign(
            "tok-abc", [("action", "replaceDevice"), ("orgId", "o15_demo"), ("assetId", "a1")], """{"newDeviceKey":"newKey-1","requireSecret":true}""", "1795447035700", Secret));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Tokens_have_their_own_envelope_and_codes()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();

        var first = await client.AskForTokenAsync(timestampAsText: true);
        var second = await client.AskForTokenAsync(timestampAsText: false);
        Assert.Equal(["status", "msg", "business", "data"], first.EnumerateObject().Select(member => member.Name));
        Assert.Equal("SUCCESS", first.GetProperty("msg").GetString());
        Assert.Equal("apim-token-service", first.GetProperty("business").GetString());
        Assert.Equal(["accessToken", "expire"], first.GetProperty("data").EnumerateObject().Select(member => member.Name));
        Assert.InRange(first.GetProperty("data").GetProperty("expire").GetInt32(), 7100, 7200);
        Assert.Equal(TokenIn(first), TokenIn(second));
        client.Token = TokenIn(first);
        Assert.Equal(0, (await client.AskForTokenAsync(refresh: true)).GetProperty("status").GetInt32());

        var timestamp = client.NextTimestamp().ToString(CultureInfo.InvariantCulture);
        await ExpectAsync(client, "get", $$"""{"appKey":"{{client.AccessKey}}","encryption":"{{new string('0', 64)}}","timestamp":{{timestamp}}}""", 1003);
        await ExpectAsync(client, "get", $$"""{"appKey":"{{Guid.NewGuid()}}","encryption":"{{new string('0', 64)}}","timestamp":{{timestamp}}}""", 1002);
        await ExpectAsync(client, "get", $$"""{"appKey":"{{client.AccessKey}}","timestamp":{{timestamp}}}""", 1202);
        await ExpectAsync(client, "get", $$"""{"appKey":"","encryption":"x","timestamp":{{timestamp}}}""", 1202);
        await ExpectAsync(client, "get", $$"""{"appKey":"{{client.AccessKey}}","encryption":"x","timestamp":""}""", 1202);
        await ExpectAsync(client, "refresh", $$"""{"appKey":"{{client.AccessKey}}","encryption":"x","timestamp":{{timestamp}}}""", 1202);
        await ExpectAsync(client, "get", $$"""{"appKey":"{{client.AccessKey}}","encryption":"x","timestamp":true}""", 1004);
        await ExpectAsync(client, "get", $$"""{"appKey":"{{client.AccessKey}}","AppKey":"x","encryption":"x","timestamp":1}""", 1004);
        await ExpectAsync(client, "get", "[]", 1004);
        var once = $$"""{"appKey":"{{client.AccessKey}}","encryption":"{{EnosClient.Hash(client.AccessKey + timestamp + client.SecretKey)}}","timestamp":{{timestamp}}}""";
        using (var asked = await client.Http.PostAsync(new Uri("/apim-token-service/v2.0/token/get", UriKind.Relative), EnosClient.Json(once), TestContext.Current.CancellationToken))
        {
            Assert.Equal(0, (await EnosClient.ReadAsync(asked)).GetProperty("status").GetInt32());
        }

        await ExpectAsync(client, "get", once, 1001);
        await ExpectAsync(client, "get", $"{once[..^1]},\"accessToken\":7}}", 1001); // no member of this request
        await ExpectAsync(client, "refresh", $"{once[..^1]},\"accessToken\":7}}", 1004);
        world.Portal.Database.Execute($"UPDATE applications SET token_expires_at=1 WHERE access_key='{client.AccessKey}'");
        Assert.Equal(1203, (await client.AskForTokenAsync(refresh: true)).GetProperty("status").GetInt32());
        client.Token = "not-a-token";
        Assert.Equal(1204, (await client.AskForTokenAsync(refresh: true)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Only_a_true_signature_of_now_and_for_the_first_time_is_taken()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        (string, string)[] query = [("action", "get"), ("orgId", Organization), ("assetId", device.AssetId)];
        var faults = new List<string>();
        async Task CheckAsync(string what, Action<HttpRequestMessage> spoil, HttpStatusCode expected = HttpStatusCode.Unauthorized)
        {
            using var request = await client.SignAsync(HttpMethod.Get, V24, query, "");
            spoil(request);
            using var answer = await client.Http.SendAsync(request);
            if (answer.StatusCode != expected)
            {
                faults.Add($"{what}: {answer.StatusCode}");
            }

            if (expected != HttpStatusCode.OK)
            {
                var body = await EnosClient.ReadAsync(answer);
                Assert.Equal(["message"], body.EnumerateObject().Select(member => member.Name));
                Assert.False(string.IsNullOrEmpty(body.GetProperty("message").GetString()));
            }
        }

        static void Set(HttpRequestMessage request, string name, params string[] values)
        {
            request.Headers.Remove(name);
            foreach (var value in values)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        static string Get(HttpRequestMessage request, string name) => request.Headers.GetValues(name).Single();

        await CheckAsync("as it should be", _ => { }, HttpStatusCode.OK);
        await CheckAsync("no token", request => request.Headers.Remove("apim-accesstoken"));
        await CheckAsync("no signature", request => request.Headers.Remove("apim-signature"));
        await CheckAsync("no timestamp", request => request.Headers.Remove("apim-timestamp"));
        await CheckAsync("two tokens", request => request.Headers.Add("apim-accesstoken", "x"));
        await CheckAsync("two signatures", request => request.Headers.Add("apim-signature", Get(request, "apim-signature")));
        await CheckAsync("another token", request => Set(request, "apim-accesstoken", Get(request, "apim-accesstoken")[..^1] + "~"));
        await CheckAsync("another signature", request => Set(request, "apim-signature", new string('0', 64)));
        await CheckAsync("upper-case signature", request => Set(request, "apim-signature", Get(request, "apim-signature").ToUpperInvariant()));
        await CheckAsync("another timestamp", request => Set(request, "apim-timestamp", $"{client.NextTimestamp()}"));
        await CheckAsync("an old timestamp", request => Set(request, "apim-timestamp", $"{client.NextTimestamp() - 301_000}"));
        await CheckAsync("a timestamp to come", request => Set(request, "apim-timestamp", $"{client.NextTimestamp() + 301_000}"));
        await CheckAsync("a timestamp in letters", request => Set(request, "apim-timestamp", "now"));
        await CheckAsync("another parameter", request => request.RequestUri = new Uri(request.RequestUri!.OriginalString + "&requireSecret=true", UriKind.Relative));
        await CheckAsync("a body", request => request.Content = EnosClient.Json("{}"));
        await CheckAsync("a token and a bearer token", request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "x"));

        using var repeated = await client.SignAsync(HttpMethod.Get, V24, query, "");
        Assert.Equal(HttpStatusCode.OK, (await client.Http.SendAsync(ReplaceFlowTests.Copy(repeated, ""), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Http.SendAsync(ReplaceFlowTests.Copy(repeated, ""), TestContext.Current.CancellationToken)).StatusCode);
        await world.DisableAsync(client);
        await CheckAsync("a disabled application", _ => { });
        Assert.Empty(faults);
    }

    [Fact]
    [Trait("Requirement", "R-48")]
    public async Task A_secret_key_that_was_tampered_with_is_answered_plainly_and_is_an_alarm()
    {
        using var logs = new CapturedLogs();
        await using var world = await StartAsync(services => logs.AddTo(services));
        var client = await world.NewClientAsync();
        await client.SignInAsync();
        world.Portal.Database.Execute($"UPDATE applications SET secret_sealed=zeroblob(64) WHERE access_key='{client.AccessKey}'");

        var token = await client.AskForTokenAsync();
        using var call = await client.SendAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", Organization)], "{}");

        Assert.Equal(1005, token.GetProperty("status").GetInt32());
        Assert.Equal(JsonValueKind.Null, token.GetProperty("data").ValueKind);
        Assert.Equal(HttpStatusCode.InternalServerError, call.StatusCode);
        Assert.Equal("""{"message":"An unexpected error occurred"}""", await call.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("internal service exception", token.GetProperty("msg").GetString());
        Assert.Equal(2, logs.Lines.Count(line => line.Level == LogLevel.Critical && line.Text.Contains(client.AccessKey, StringComparison.Ordinal)));
        Assert.Equal(
            ["action=application.token", "action=application.call"],
            world.Portal.Database.Rows($"SELECT action FROM audit_entries WHERE outcome='SecretKeyUnreadable' AND actor_subject='{client.AccessKey}' ORDER BY sequence"));
    }

    [Fact]
    [Trait("Requirement", "R-35")]
    public async Task A_cookie_counts_for_nothing_and_none_is_set()
    {
        await using var world = await StartAsync();
        var device = await world.NextDeviceAsync();
        using var browser = await world.Portal.SignInAsync("ada");

        using var answer = await browser.SendAsync(HttpMethod.Get, $"{V24}?action=get&orgId={Organization}&assetId={device.AssetId}");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    [Trait("Requirement", "R-45")]
    public async Task What_is_not_there_is_said_in_JSON_with_every_header_and_no_detail()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        foreach (var (method, path, status) in new[]
        {
            (HttpMethod.Get, "/connect-service", 404), (HttpMethod.Post, "/connect-service/v2.3/devices", 404), (HttpMethod.Get, "/apim-token-service/v2.0/token/get", 405),
            (HttpMethod.Put, V24, 405), (HttpMethod.Delete, V21, 405), (HttpMethod.Options, ProductsV24, 405), (HttpMethod.Get, "/CONNECT-SERVICE/v2.4/devices", 401),
            (HttpMethod.Get, V24 + "?action=get&orgId=%zz", 401),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await EnosClient.ReadAsync(answer);
            Assert.True((int)answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}");
            Assert.Equal(["message"], body.EnumerateObject().Select(member => member.Name));
            Assert.True(answer.Headers.Contains("X-Content-Type-Options"), path);
            Assert.False(answer.Headers.Contains("Server"), path);
        }
    }

    [Fact]
    [Trait("Requirement", "R-45")]
    public async Task Who_is_turned_away_is_told_an_ID_that_is_in_the_log_and_a_flood_of_them_fills_no_log()
    {
        using var logs = new CapturedLogs();
        await using var world = await StartAsync(services => logs.AddTo(services));
        var client = await world.NewClientAsync();
        await client.SignInAsync();
        bool IsLogged(HttpResponseMessage answer, LogLevel level) =>
            logs.Lines.Any(line => line.Level == level && line.Text.Contains(answer.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal));
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, V24 + "?action=get", ""), (HttpMethod.Put, V24, ""), (HttpMethod.Post, "/connect-service/v2.3/devices", ""),
            (HttpMethod.Post, "/apim-token-service/v2.0/token/get", "{}"), (HttpMethod.Post, "/apim-token-service/v2.0/token/refresh", "<"),
        })
        {
            using var request = new HttpRequestMessage(method, path) { Content = body.Length == 0 ? null : EnosClient.Json(body) };
            using var answer = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(IsLogged(answer, LogLevel.Information), path);
        }

        using var known = await client.SendAsync(HttpMethod.Get, V24, [("action", "replaceDevice"), ("orgId", Organization)], "");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, known.StatusCode);
        Assert.True(IsLogged(known, LogLevel.Information));

        for (var count = 0; count < 200; count++)
        {
            using var flood = await client.Http.GetAsync(new Uri(V24, UriKind.Relative), TestContext.Current.CancellationToken);
        }

        Assert.InRange(logs.Lines.Count(line => line.Level == LogLevel.Information && line.Text.Contains("turned away", StringComparison.Ordinal)), 1, 240); // two minutes at most
        using var last = await client.Http.GetAsync(new Uri(V24, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(IsLogged(last, LogLevel.Debug) || IsLogged(last, LogLevel.Information));
    }

    [Theory]
    [InlineData("/connect-service/v2.4/devices?action=get", """{"message":"This portal does not answer for that host name"}""")]
    [InlineData("/apim-token-service/v2.0/token/get", """{"message":"This portal does not answer for that host name"}""")]
    [InlineData("/devices", "This portal does not answer for that host name.")]
    public async Task A_host_that_is_not_the_portals_is_told_in_JSON_to_programs(string address, string says)
    {
        await using var world = await StartAsync();
        using var browser = world.Portal.NewBrowser();

        using var answer = await browser.SendAsync(HttpMethod.Get, address, null, ("Host", "elsewhere.example"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(says, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task The_first_call_that_names_the_new_public_key_puts_it_in_use()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        using var next = RSA.Create(2048);
        var fingerprint = await world.RegisterAsync(client, next);
        Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-first"}""", ("assetId", device.AssetId)));
        Ok(await client.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "true")));
        (string, string)[] query = [("action", "get"), ("orgId", Organization), ("assetId", device.AssetId), ("requireSecret", "true")];

        using var unknown = await client.SendAsync(HttpMethod.Get, V24, query, "", ("apim-publickey", new string('0', 64)));
        using var known = await client.SendAsync(HttpMethod.Get, V24, query, "", ("apim-publickey", fingerprint));

        Assert.Equal(HttpStatusCode.Forbidden, unknown.StatusCode);
        var sessionKey = Ok(await EnosClient.ReadAsync(known)).GetProperty("sessionKey").GetString()!;
        Assert.Equal(32, next.Decrypt(Convert.FromBase64String(sessionKey), RSAEncryptionPadding.OaepSHA256).Length);
    }

    [Fact]
    [Trait("Requirement", "R-58")]
    public async Task A_new_public_key_that_cannot_be_put_in_use_for_now_is_not_called_a_wrong_one()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        using var next = RSA.Create(2048);
        var fingerprint = await world.RegisterAsync(client, next);
        await client.SignInAsync();
        (string, string)[] query = [("action", "get"), ("orgId", Organization), ("assetId", device.AssetId), ("requireSecret", "true")];
        world.Portal.Database.Execute("ALTER TABLE audit_entries RENAME TO away");

        using var unavailable = await client.SendAsync(HttpMethod.Get, V24, query, "", ("apim-publickey", fingerprint));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        world.Portal.Database.Execute("ALTER TABLE away RENAME TO audit_entries");
        using var known = await client.SendAsync(HttpMethod.Get, V24, query, "", ("apim-publickey", fingerprint));
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    private static string? TokenIn(JsonElement answer) => answer.GetProperty("data").GetProperty("accessToken").GetString();

    private static async Task ExpectAsync(EnosClient client, string kind, string body, int status)
    {
        using var answer = await client.Http.PostAsync(new Uri($"/apim-token-service/v2.0/token/{kind}", UriKind.Relative), EnosClient.Json(body), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var read = await EnosClient.ReadAsync(answer);
        Assert.True(read.GetProperty("status").GetInt32() == status, $"{body}: {read}");
        Assert.Equal(JsonValueKind.Null, read.GetProperty("data").ValueKind);
    }
}
