using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Portal.ConnectApi;
using Portal.Core.Access;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Every row of the table of actions with a call that is right in itself: by whom it is taken, and what it does when it comes again.</summary>
public sealed class EveryActionTests
{
    private const string Client = "every-action";
    private static readonly Right[] s_rights = [Right.Read, Right.Replace, Right.ManageDevices, Right.ReadSecrets];
    private static int s_number;

    [Fact]
    [Trait("Requirement", "R-28")]
    public async Task Every_action_asks_for_its_right_and_for_no_other()
    {
        await using var world = await StartAsync();
        var owner = await world.NewClientAsync();
        var faults = new List<string>();
        foreach (var action in world.Portal.Get<ConnectActions>().All)
        {
            var call = await GoodCallAsync(world, owner, action);
            var others = s_rights.Where(right => right != action.Right).Aggregate((all, right) => all | right);
            var (holder, stranger) = (await world.NewClientAsync(action.Right, allowsClearText: true), await world.NewClientAsync(others, allowsClearText: true));
            await stranger.SignInAsync();
            var before = world.Snapshot();

            Refused(await SendAsync(stranger, action, call), 99403, $"does not have the right {action.Right}");
            Assert.Equal(before, world.Snapshot());
            var answer = await SendAsync(holder, action, call);

            if (answer.GetProperty("code").GetInt32() != 0 || (action.Data is null) != (answer.GetProperty("data").ValueKind == JsonValueKind.Null))
            {
                faults.Add($"{action.Version} {action.Resource} {action.Name}: {answer}");
            }

            await world.DisableAsync(holder);
            using var disabled = await holder.SendAsync(new HttpMethod(action.Method), ConnectActions.PathOf(action.Version, action.Resource), call.Query, call.Body);
            Assert.Equal(HttpStatusCode.Unauthorized, disabled.StatusCode);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Every_documented_example_is_taken_as_it_stands_but_for_its_keys()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(allowsClearText: true);
        foreach (var action in world.Portal.Get<ConnectActions>().All.Where(action => action.BodyExample is not null))
        {
            var (query, _) = await GoodCallAsync(world, client, action);
            var product = (await world.NextDeviceAsync()).ProductKey;
            var body = action.BodyExample!.Replace("INV-SUN2000", product, StringComparison.Ordinal).Replace("INV-2041", $"example-{Interlocked.Increment(ref s_number)}", StringComparison.Ordinal);
            Ok(await SendAsync(client, action, ([.. query.Where(pair => pair.Name != "isPatchUpdate")], body)));
        }
    }

    [Fact]
    [Trait("Requirement", "R-28")]
    public async Task Every_action_that_tells_secrets_tells_them_encrypted_or_in_clear_text_as_its_version_has_it()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(allowsClearText: true);
        foreach (var action in world.Portal.Get<ConnectActions>().All.Where(action => action.Resource == ConnectResource.Devices && action.Data is not null))
        {
            var (query, body) = await GoodCallAsync(world, client, action);
            var answer = await SendAsync(client, action, AskForSecret(action, query, body));

            var data = Ok(answer);
            foreach (var device in action.Name switch
            {
                ConnectActions.Search => data.EnumerateArray().ToList(),
                ConnectActions.BatchCreate => [.. data.EnumerateArray().Select(element => element.GetProperty("data"))],
                _ => [data],
            })
            {
                var what = $"{action.Version} {action.Name}: {device}";
                if (action.Version == ConnectVersion.V24)
                {
                    Assert.Matches("^[2-9A-HJ-NP-Za-km-z]{32}$", ReplaceFlowTests.Open(device));
                }
                else
                {
                    Assert.Matches("^[2-9A-HJ-NP-Za-km-z]{32}$", device.GetProperty("deviceSecret").GetString());
                    Assert.False(device.TryGetProperty("sessionKey", out _), what);
                }
            }
        }
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Every_change_under_one_key_is_made_once_and_answered_with_the_same_bytes()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(allowsClearText: true);
        var faults = new List<string>();
        foreach (var action in world.Portal.Get<ConnectActions>().All.Where(action => action.IsChange))
        {
            var (query, body) = await GoodCallAsync(world, client, action);
            var (secretQuery, secretBody) = AskForSecret(action, query, body);
            var key = $"{action.Version}-{action.Resource}-{action.Name}";
            var first = await TextAsync(client, action, secretQuery, secretBody, key);
            var before = world.Snapshot();
            var second = await TextAsync(client, action, secretQuery, secretBody, key);
            var (otherQuery, otherBody) = AboutSomethingElse(secretQuery, secretBody);
            var other = await TextAsync(client, action, otherQuery, otherBody, key);

            if (first != second || !first.StartsWith("{\"code\":0,", StringComparison.Ordinal) || !other.Contains("Invalid Argument Idempotency-Key", StringComparison.Ordinal))
            {
                faults.Add($"{key}: {first} | {second} | {other}");
            }

            Assert.Equal(before, world.Snapshot());
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task A_batch_under_the_key_of_another_batch_makes_nothing()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var product = (await world.NextDeviceAsync()).ProductKey;
        string Batch(params string[] keys) => $$"""{"deviceList":[{{string.Join(',', keys.Select(key =>
            $$"""{"productKey":"{{product}}","timezone":"+01:00","deviceName":{"defaultValue":"{{key}}"},"deviceKey":"{{key}}"}"""))}}],"requireSecret":true}""";
        var action = world.Portal.Get<ConnectActions>().Find(ConnectVersion.V24, ConnectResource.Devices, ConnectActions.BatchCreate)!;
        (string, string)[] query = [("action", action.Name), ("orgId", Organization)];
        var first = await TextAsync(client, action, query, Batch("batch-a", "batch-b"), "one");
        Assert.Contains("\"successSize\":2", first, StringComparison.Ordinal);
        var before = world.Snapshot();

        foreach (var other in new[] { Batch("batch-a"), Batch("batch-a", "batch-b", "batch-c"), Batch("batch-a", "batch-c"), Batch("batch-b", "batch-a") })
        {
            Assert.Contains("Invalid Argument Idempotency-Key", await TextAsync(client, action, query, other, "one"), StringComparison.Ordinal);
        }

        Assert.Equal(before, world.Snapshot());
        Assert.Equal(first, await TextAsync(client, action, query, Batch("batch-a", "batch-b"), "one"));
    }

    [Fact]
    public async Task Every_action_is_taken_with_a_bearer_token_as_with_a_signature()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var world = await StartAsync(("Oidc:Authority", provider.Address));
        var owner = await world.NewClientAsync();
        await world.NewClientAsync(allowsClearText: true, bearerClientId: Client);
        var token = new IdToken(provider) { Type = "at+jwt" };
        token.Claims["sub"] = "service-account";
        token.Claims["client_id"] = Client;
        using var http = new HttpClient { BaseAddress = world.Portal.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Write());
        foreach (var action in world.Portal.Get<ConnectActions>().All)
        {
            var (query, body) = await GoodCallAsync(world, owner, action);
            var (secretQuery, secretBody) = AskForSecret(action, query, body);
            using var request = new HttpRequestMessage(new HttpMethod(action.Method), $"{ConnectActions.PathOf(action.Version, action.Resource)}?{string.Join('&', secretQuery.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))}")
            {
                Content = secretBody.Length == 0 ? null : EnosClient.Json(secretBody),
            };
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Ok(await EnosClient.ReadAsync(answer));
        }
    }

    /// <summary>A call of the action that can be carried out once; what it needs is made by <paramref name="owner"/>.</summary>
    private static async Task<((string Name, string Value)[] Query, string Body)> GoodCallAsync(ConnectWorld world, EnosClient owner, ConnectAction action)
    {
        (string, string)[] head = [("action", action.Name), ("orgId", Organization)];
        var key = $"every-{Interlocked.Increment(ref s_number)}";
        if (action.Resource == ConnectResource.Products)
        {
            const string Body = """{"productName":{"defaultValue":"Meter"},"modelId":"EnOS_Meter"}""";
            var product = action.Name is ConnectActions.Create or ConnectActions.Search ? "" : Ok(await owner.PostAsync(ProductsV24, "create", Body)).GetString()!;
            return action.Name switch
            {
                ConnectActions.Create => (head, Body),
                ConnectActions.Search => (head, ""),
                ConnectActions.Update => ([.. head, ("productKey", product), ("isPatchUpdate", "true")], """{"productDesc":"three phases"}"""),
                _ => ([.. head, ("productKey", product)], ""),
            };
        }

        var device = await world.NextDeviceAsync();
        var made = $$"""{"productKey":"{{device.ProductKey}}","timezone":"+01:00","deviceName":{"defaultValue":"{{key}}"},"deviceKey":"{{key}}"}""";
        var own = action.TakesSelector ? Ok(await owner.PostAsync(V24, "create", made)).GetProperty("assetId").GetString()! : "";
        if (action.Name == ConnectActions.Enable)
        {
            Ok(await owner.PostAsync(V21, "disable", "", ("assetId", own)));
        }

        return action.Name switch
        {
            ConnectActions.Create => (head, made),
            ConnectActions.BatchCreate => (head, $$"""{"deviceList":[{{made}}]}"""),
            ConnectActions.Search => (head, """{"pagination":{"pageSize":3}}"""),
            ConnectActions.Replace => ([.. head, ("assetId", own)], $$"""{"newDeviceKey":"{{key}}-new"}"""),
            ConnectActions.Update => ([.. head, ("assetId", own), ("isPatchUpdate", "true")], """{"deviceDesc":"on the roof"}"""),
            _ => ([.. head, ("assetId", own)], ""),
        };
    }

    private static ((string Name, string Value)[] Query, string Body) AskForSecret(ConnectAction action, (string Name, string Value)[] query, string body) =>
        action.Parameters.Any(parameter => parameter.Name == "requireSecret") ? ([.. query, ("requireSecret", "true")], body)
        : action.Body?.Members.Any(member => member.Name == "requireSecret") == true ? (query, $"{body[..^1]},\"requireSecret\":true}}")
        : (query, body);

    private static ((string Name, string Value)[] Query, string Body) AboutSomethingElse((string Name, string Value)[] query, string body) => (
        [.. query.Select(pair => pair.Name is "assetId" or "productKey" ? (pair.Name, "another1") : pair)],
        body.Replace("every-", "other-", StringComparison.Ordinal).Replace("Meter", "Motor", StringComparison.Ordinal));

    private static async Task<JsonElement> SendAsync(EnosClient client, ConnectAction action, ((string Name, string Value)[] Query, string Body) call)
    {
        using var answer = await client.SendAsync(new HttpMethod(action.Method), ConnectActions.PathOf(action.Version, action.Resource), call.Query, call.Body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await EnosClient.ReadAsync(answer);
    }

    private static async Task<string> TextAsync(EnosClient client, ConnectAction action, (string, string)[] query, string body, string key)
    {
        using var answer = await client.SendAsync(new HttpMethod(action.Method), ConnectActions.PathOf(action.Version, action.Resource), query, body, ("Idempotency-Key", key));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
