using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Access;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>What a client written for EnOS does, from its first token to the new secret.</summary>
public sealed class ReplaceFlowTests
{
    [Fact]
    public async Task A_client_gets_a_token_replaces_a_device_and_opens_its_secret()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        await client.SignInAsync();
        await client.AskForTokenAsync(refresh: true);

        var data = Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-new","requireSecret":true}""", ("assetId", device.AssetId)));

        Assert.Equal(["assetId", "productKey", "deviceKey", "deviceSecret", "sessionKey"], data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(device.AssetId, data.GetProperty("assetId").GetString());
        Assert.Equal(device.ProductKey, data.GetProperty("productKey").GetString());
        Assert.Equal("logger-new", data.GetProperty("deviceKey").GetString());
        Assert.Matches("^[2-9A-HJ-NP-Za-km-z]{32}$", Open(data));
        Assert.Equal(0, world.Portal.Database.Scalar<long>($"SELECT status FROM devices WHERE asset_id='{device.AssetId}'"));
    }

    [Fact]
    public async Task Without_asking_for_it_no_secret_is_sent()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(hasKey: false);
        var (one, other) = (await world.NextDeviceAsync(), await world.NextDeviceAsync());

        foreach (var data in new[]
        {
            Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-1"}""", ("productKey", one.ProductKey), ("deviceKey", one.DeviceKey))),
            Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-2","requireSecret":false}""", ("assetId", other.AssetId))),
        })
        {
            Assert.Equal(["assetId", "productKey", "deviceKey"], data.EnumerateObject().Select(member => member.Name));
        }
    }

    [Fact]
    [Trait("Requirement", "R-43")]
    public async Task Every_refusal_of_a_replacement_has_its_code_and_changes_nothing()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(hasKey: false);
        var reader = await world.NewClientAsync(Right.Read);
        var (device, other) = (await world.NextDeviceAsync(), await world.NextDeviceAsync());
        var foreign = await world.NextDeviceAsync(Portal.Core.SampleFleet.SampleOrganizations.Yuanshan);
        var sameProduct = (await world.Portal.Get<Portal.Core.SampleFleet.SampleDevices>().ListAsync(Portal.Core.SampleFleet.SampleOrganizations.Westerly, 30, CancellationToken.None))
            .GroupBy(known => known.ProductKey).First(group => group.Count() > 1).Take(2).ToList();
        await client.SignInAsync();
        await reader.SignInAsync();
        var before = world.Snapshot();
        Task<JsonElement> ReplaceAsync(EnosClient by, string assetId, string body) => by.PostAsync(V24, "replaceDevice", body, ("assetId", assetId));

        Refused(await ReplaceAsync(client, sameProduct[0].AssetId, $$"""{"newDeviceKey":"{{sameProduct[1].DeviceKey}}"}"""), 11702, "DeviceKey existed");
        Refused(await ReplaceAsync(client, device.AssetId, $$"""{"newDeviceKey":"{{device.DeviceKey}}"}"""), 11704, "DeviceKey is repetitive");
        Refused(await ReplaceAsync(client, device.AssetId, """{"newDeviceKey":"abc"}"""), 99400, "Invalid Argument newDeviceKey");
        Refused(await ReplaceAsync(client, device.AssetId, """{"newDeviceKey":"a:bcd"}"""), 99400, "Invalid Argument newDeviceKey");
        Refused(await ReplaceAsync(client, device.AssetId, """{"newDeviceKey":"abcd\n"}"""), 99400, "Invalid Argument newDeviceKey");
        Refused(await ReplaceAsync(client, device.AssetId, """{"newDeviceKey":" abcd"}"""), 99400, "Invalid Argument newDeviceKey");
        Refused(await ReplaceAsync(client, device.AssetId, """{"newDeviceKey":"logger-new","requireSecret":true}"""), 11858, "Unable to find public key");
        Refused(await ReplaceAsync(reader, device.AssetId, """{"newDeviceKey":"logger-new"}"""), 99403, $"Denied resource:  orgId {Organization}");

        // Foreign and absent are one and the same.
        var absent = await ReplaceAsync(client, "nowhere1", """{"newDeviceKey":"logger-new"}""");
        var elsewhere = await ReplaceAsync(client, foreign.AssetId, """{"newDeviceKey":"logger-new"}""");
        Refused(absent, 99400, "Invalid Argument assetId");
        Assert.Equal(absent.GetProperty("msg").GetString(), elsewhere.GetProperty("msg").GetString());
        Refused(elsewhere, 99400);
        Refused(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-new"}""", ("productKey", other.ProductKey), ("deviceKey", "nobody-has-it")), 99400);
        Assert.Equal(before, world.Snapshot());
    }

    [Fact]
    public async Task V21_answers_in_clear_text_where_that_is_allowed_and_before_that_changes_nothing()
    {
        await using var world = await StartAsync();
        var device = await world.NextDeviceAsync();
        var (careful, careless) = (await world.NewClientAsync(hasKey: false), await world.NewClientAsync(Right.Read | Right.Replace, allowsClearText: true, hasKey: false));
        await careful.SignInAsync();
        var before = world.Snapshot();

        Refused(await careful.PostAsync(V21, "replaceDevice", """{"newDeviceKey":"logger-v21"}""", ("assetId", device.AssetId)), 99403);
        Assert.Equal(before, world.Snapshot());

        var data = Ok(await careless.PostAsync(V21, "replaceDevice", """{"newDeviceKey":"logger-v21"}""", ("assetId", device.AssetId)));
        Assert.Equal(["assetId", "productKey", "deviceKey", "deviceSecret"], data.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[2-9A-HJ-NP-Za-km-z]{32}$", data.GetProperty("deviceSecret").GetString());
        Assert.Equal(1, world.Portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='secret.read' AND outcome='ok' AND asset_id='{device.AssetId}'"));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task The_same_call_again_is_answered_with_the_same_bytes_and_carried_out_once()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        const string Body = """{"newDeviceKey":"logger-once","requireSecret":true}""";
        (string, string)[] query = [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)];

        // The very same signed bytes, many at once.
        using var request = await client.SignAsync(HttpMethod.Post, V24, query, Body);
        var answers = await Task.WhenAll(Enumerable.Range(0, Scale.Of(ci: 30, full: 100)).Select(_ => ReadAsync(client, Copy(request, Body))));
        Assert.Single(answers.Distinct());
        Assert.Equal(1, world.Portal.Database.Scalar<long>($"SELECT count(*) FROM replacements WHERE asset_id='{device.AssetId}'"));

        // Signed anew each time, with a key for the intent.
        var other = await world.NextDeviceAsync();
        query[2] = ("assetId", other.AssetId);
        const string OtherBody = """{"newDeviceKey":"logger-keyed","requireSecret":true}""";
        var keyed = new List<Task<string>>();
        for (var count = 0; count < Scale.Of(ci: 30, full: 100); count++)
        {
            keyed.Add(ReadAsync(client, await client.SignAsync(HttpMethod.Post, V24, query, OtherBody, ("Idempotency-Key", "intent-1"))));
        }

        Assert.Single((await Task.WhenAll(keyed)).Distinct());
        Assert.Equal(1, world.Portal.Database.Scalar<long>($"SELECT count(*) FROM replacements WHERE asset_id='{other.AssetId}'"));

        // The very same signed bytes, with a key.
        using var exact = await client.SignAsync(HttpMethod.Post, V24, query, OtherBody, ("Idempotency-Key", "intent-1"));
        Assert.Single((await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReadAsync(client, Copy(exact, OtherBody))))).Append(await keyed[0]).Distinct());
        using var first = await client.SignAsync(HttpMethod.Post, V24, [query[0], query[1], ("assetId", device.AssetId)], """{"newDeviceKey":"logger-exact"}""", ("Idempotency-Key", "intent-2"));
        Assert.Single((await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReadAsync(client, Copy(first, """{"newDeviceKey":"logger-exact"}"""))))).Distinct());
        Assert.Equal(1, world.Portal.Database.Scalar<long>("SELECT count(*) FROM replacements WHERE new_device_key='logger-exact'"));

        // Another request under that key is refused; after another replacement the first is no longer answered.
        var reused = await client.SendAsync(HttpMethod.Post, V24, query, """{"newDeviceKey":"logger-other"}""", ("Idempotency-Key", "intent-1"));
        Refused(await EnosClient.ReadAsync(reused), 99400, "Idempotency-Key");
        Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-twice"}""", ("assetId", other.AssetId)));
        var superseded = await client.SendAsync(HttpMethod.Post, V24, query, OtherBody, ("Idempotency-Key", "intent-1"));
        Assert.Equal(HttpStatusCode.Conflict, superseded.StatusCode);
        Assert.Equal(["message"], (await EnosClient.ReadAsync(superseded)).EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task A_captured_call_is_not_carried_out_again_under_a_key_of_somebodys_choice()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        const string Body = """{"newDeviceKey":"logger-captured"}""";
        using var captured = await client.SignAsync(HttpMethod.Post, V24, [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)], Body);
        await ReadAsync(client, Copy(captured, Body));
        Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-after"}""", ("assetId", device.AssetId)));

        using var again = Copy(captured, Body);
        again.Headers.Add("Idempotency-Key", "of-the-thief");
        using var answer = await client.Http.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("logger-after", world.Portal.Database.Scalar<string>($"SELECT device_key FROM devices WHERE asset_id='{device.AssetId}'"));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task A_captured_call_is_not_carried_out_again_without_the_key_it_came_with()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        const string Body = """{"newDeviceKey":"logger-keyed"}""";
        (string, string)[] query = [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)];

        // The second is the client's own repetition: signed anew, told again, and captured as well.
        foreach (var _ in new[] { 1, 2 })
        {
            using var captured = await client.SignAsync(HttpMethod.Post, V24, query, Body, ("Idempotency-Key", "intent-1"));
            await ReadAsync(client, Copy(captured, Body));
            Ok(await client.PostAsync(V24, "replaceDevice", $$"""{"newDeviceKey":"{{Guid.NewGuid()}}"}""", ("assetId", device.AssetId)));
            var replacements = world.Portal.Database.Scalar<long>("SELECT count(*) FROM replacements");

            captured.Headers.Remove("Idempotency-Key");
            using var answer = await client.Http.SendAsync(Copy(captured, Body), TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal(replacements, world.Portal.Database.Scalar<long>("SELECT count(*) FROM replacements"));
        }
    }

    [Fact]
    [Trait("Requirement", "R-49")]
    public async Task No_line_of_the_log_holds_a_key_a_token_or_a_secret()
    {
        using var logs = new CapturedLogs();
        await using var world = await StartAsync(services => logs.AddTo(services));
        var client = await world.NewClientAsync(allowsClearText: true);
        var (one, other) = (await world.NextDeviceAsync(), await world.NextDeviceAsync());
        await client.SignInAsync();
        var first = client.Token!;
        await client.AskForTokenAsync(refresh: true);
        await client.SignInAsync();
        var encrypted = Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-new","requireSecret":true}""", ("assetId", one.AssetId)));
        var clear = Ok(await client.PostAsync(V21, "replaceDevice", """{"newDeviceKey":"logger-v21"}""", ("assetId", other.AssetId)));
        Refused(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"no"}""", ("assetId", one.AssetId)), 99400);

        Assert.Contains(logs.Lines, line => line.Text.Contains("replaceDevice", StringComparison.OrdinalIgnoreCase));
        (string Name, string Value)[] canaries =
        [
            ("the secret key of the application", client.SecretKey), ("a token", first), ("a token", client.Token!), ("a device secret", Open(encrypted)),
            ("a sealed device secret", encrypted.GetProperty("deviceSecret").GetString()!), ("a device secret in clear text", clear.GetProperty("deviceSecret").GetString()!),
        ];
        foreach (var (name, value) in canaries)
        {
            string[] forms = [value, Convert.ToHexString(Encoding.UTF8.GetBytes(value)), Convert.ToBase64String(Encoding.UTF8.GetBytes(value))[..40]];
            var line = logs.Lines.FirstOrDefault(line => forms.Any(form => line.Text.Contains(form, StringComparison.OrdinalIgnoreCase)));
            Assert.True(line.Text is null, $"{line.Category} logs {name}");
        }
    }

    internal static string Open(JsonElement data)
    {
        var key = Key.Decrypt(Convert.FromBase64String(data.GetProperty("sessionKey").GetString()!), RSAEncryptionPadding.OaepSHA256);
        var box = Convert.FromBase64String(data.GetProperty("deviceSecret").GetString()!);
        var plain = new byte[box.Length - 28];
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(box.AsSpan(0, 12), box.AsSpan(12, plain.Length), box.AsSpan(box.Length - 16), plain);
        return Encoding.UTF8.GetString(plain);
    }

    internal static HttpRequestMessage Copy(HttpRequestMessage request, string body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = body.Length == 0 ? null : EnosClient.Json(body) };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    private static async Task<string> ReadAsync(EnosClient client, HttpRequestMessage request)
    {
        using var answer = await client.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
