using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Portal.ConnectApi;
using Portal.Core.Access;
using Portal.Core.Applications;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Every action with every way to call it wrongly that its row in the table of actions gives rise to.</summary>
public sealed partial class RefusalTableTests
{
    [Fact]
    [Trait("Requirement", "R-44")]
    public async Task Every_action_refuses_every_wrong_parameter_and_member_by_name()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        await client.SignInAsync();
        var before = world.Snapshot();
        var faults = new List<string>();
        foreach (var action in world.Portal.Get<ConnectActions>().All)
        {
            foreach (var (what, query, body, name) in WrongCalls(action, device.AssetId))
            {
                using var answer = await client.SendAsync(new HttpMethod(action.Method), ConnectActions.PathOf(action.Version, action.Resource), query, body);
                var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (answer.StatusCode != HttpStatusCode.OK || !text.StartsWith("{\"code\":99400,\"msg\":\"Invalid Argument " + name, StringComparison.Ordinal) || LeakPattern().IsMatch(text))
                {
                    faults.Add($"{action.Version} {action.Resource} {action.Name}, {what}: {(int)answer.StatusCode} {text}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Equal(before, world.Snapshot());
    }

    [Fact]
    [Trait("Requirement", "R-44")]
    public async Task Actions_and_methods_that_are_not_there_are_refused()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        foreach (var (path, action) in new[] { (V24, "enable"), (V24, "modifyDeviceStatus"), (V24, "ReplaceDevice"), (V24, ""), (ProductsV24, "replaceDevice"), (V21, "x' or 1=1") })
        {
            using var answer = await client.SendAsync(HttpMethod.Post, path, [("action", action), ("orgId", Organization)], "{}");
            Refused(await EnosClient.ReadAsync(answer), 99400, "Invalid Argument action");
        }

        using var without = await client.SendAsync(HttpMethod.Post, V24, [("orgId", Organization)], "{}");
        Refused(await EnosClient.ReadAsync(without), 99400, "Invalid Argument action:action is missing");
        var device = await world.NextDeviceAsync();
        using var got = await client.SendAsync(HttpMethod.Get, V24, [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)], "");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, got.StatusCode);
        Assert.Equal(["POST"], got.Content.Headers.Allow);
    }

    [Fact]
    [Trait("Requirement", "R-44")]
    public async Task A_key_of_an_intent_that_cannot_be_one_is_refused()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        (string, string)[] query = [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)];
        foreach (var keys in new[] { [""], ["a b"], [new string('k', 101)], (string[])["one", "two"] })
        {
            using var answer = await client.SendAsync(
                HttpMethod.Post, V24, query, """{"newDeviceKey":"logger-key"}""", [.. keys.Select(key => ("Idempotency-Key", key))]);
            Refused(await EnosClient.ReadAsync(answer), 99400, "Invalid Argument Idempotency-Key");
        }
    }

    [Fact]
    [Trait("Requirement", "R-45")]
    public async Task The_request_ID_of_a_refusal_is_in_the_log_and_in_the_audit_trail()
    {
        var logs = new CapturedLogs();
        await using var world = await StartAsync(services => logs.AddTo(services));
        var client = await world.NewClientAsync(Right.Read);
        var device = await world.NextDeviceAsync();

        var denied = await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-audit"}""", ("assetId", device.AssetId));
        var invalid = await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":7}""", ("assetId", device.AssetId));

        Refused(denied, 99403);
        foreach (var answer in new[] { denied, invalid })
        {
            Assert.Contains(logs.Lines, line => line.Text.Contains(answer.GetProperty("requestId").GetString()!, StringComparison.Ordinal));
        }

        Assert.Equal(1, world.Portal.Database.Scalar<long>(
            $"SELECT count(*) FROM audit_entries WHERE action='application.call' AND outcome='CallInvalid' AND json_extract(detail,'$.requestId')='{invalid.GetProperty("requestId").GetString()}'"));
        Assert.Equal(1, world.Portal.Database.Scalar<long>(
            $"SELECT count(*) FROM audit_entries WHERE action='device.replace' AND outcome='AccessDenied' AND json_extract(detail,'$.requestId')='{denied.GetProperty("requestId").GetString()}'"));
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task Every_refusal_of_a_call_that_would_change_something_is_audited_by_whoever_refuses_it()
    {
        await using var world = await StartAsync();
        var device = await world.NextDeviceAsync();
        foreach (var action in world.Portal.Get<ConnectActions>().All)
        {
            // Each action by an application of its own: how many entries one may cause in a minute is limited.
            var client = await world.NewClientAsync();
            await client.SignInAsync();
            foreach (var (what, query, body, _) in WrongCalls(action, device.AssetId).Take(40))
            {
                using var answer = await client.SendAsync(new HttpMethod(action.Method), ConnectActions.PathOf(action.Version, action.Resource), query, body);
                var requestId = (await EnosClient.ReadAsync(answer)).GetProperty("requestId").GetString();
                var entries = world.Portal.Database.Rows(
                    $"SELECT outcome, actor_subject, organization_number, json_extract(detail,'$.call') AS call FROM audit_entries WHERE json_extract(detail,'$.requestId')='{requestId}'");
                string[] expected = action.Right == Right.Read ? [] : [$"outcome=CallInvalid|actor_subject={client.AccessKey}|organization_number=1|call={action.Resource} {action.Name}"];
                Assert.True(expected.SequenceEqual(entries), $"{action.Name}, {what}: {string.Join('\n', entries)}");
            }
        }
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task A_flood_of_wrong_calls_fills_nothing_and_is_counted_in_the_log()
    {
        await using var portal = await TestPortal.CreateAsync();
        var (application, other) = (await TestApplication.CreateAsync(portal), await TestApplication.CreateAsync(portal));
        var refusals = portal.Get<RefusedCalls>();
        long Entries() => portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE outcome='CallInvalid'");
        async Task RefuseAsync(TestApplication by, int times)
        {
            for (var i = 0; i < times; i++)
            {
                await refusals.AuditAsync(by.Actor, "Devices replaceDevice", new ArgumentInvalid("newDeviceKey", "must be a text"));
            }
        }

        await RefuseAsync(application, 500);
        Assert.Equal(60, Entries());
        await RefuseAsync(other, 1);
        Assert.Equal(61, Entries());
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await RefuseAsync(application, 1);
        Assert.Equal(62, Entries());
    }

    /// <summary>What is wrong, the call, and the name that the refusal has to give.</summary>
    private static IEnumerable<(string What, (string, string)[] Query, string Body, string Name)> WrongCalls(ConnectAction action, string assetId)
    {
        (string Name, string Value)[] good =
        [
            ("action", action.Name), ("orgId", Organization), .. action.TakesSelector ? [("assetId", assetId)] : ((string, string)[])[],
            .. action.Parameters.Where(parameter => parameter.IsRequired).Select(parameter => (parameter.Name, "unknown1")),
        ];
        var body = action.BodyExample ?? "";
        (string, string)[] Without(string name) => [.. good.Where(pair => pair.Name != name)];
        yield return ("an unknown parameter", [.. good, ("surprise", "1")], body, "surprise");
        yield return ("a doubled parameter", [.. good, ("orgId", Organization)], body, "orgId");
        yield return ("a parameter in two spellings", [.. good, ("ORGID", OtherOrganization)], body, "ORGID");
        yield return ("a parameter in another spelling", [.. Without("orgId"), ("OrgId", Organization)], body, "OrgId");
        yield return ("no organization", Without("orgId"), body, "orgId");
        yield return ("an empty organization", [.. Without("orgId"), ("orgId", "")], body, "orgId");
        yield return ("a foreign organization", [.. Without("orgId"), ("orgId", OtherOrganization)], body, "orgId");
        foreach (var parameter in action.Parameters)
        {
            yield return parameter.IsRequired
                ? ($"no {parameter.Name}", Without(parameter.Name), body, parameter.Name)
                : ($"a wrong {parameter.Name}", [.. good, (parameter.Name, "TRUE")], body, parameter.Name);
            yield return ($"an empty {parameter.Name}", [.. Without(parameter.Name), (parameter.Name, "")], body, parameter.Name);
        }

        if (action.TakesSelector)
        {
            yield return ("no selector", Without("assetId"), body, "assetId");
            yield return ("both selectors", [.. good, ("productKey", "p"), ("deviceKey", "d")], body, "assetId");
            yield return ("half a selector", [.. Without("assetId"), ("productKey", "p")], body, "deviceKey");
            yield return ("the other half", [.. Without("assetId"), ("deviceKey", "d")], body, "productKey");
        }

        foreach (var (what, text, name) in action.Method == "GET" ? [("a body", "{}", "body")] : WrongBodies(action))
        {
            yield return (what, good, text, name);
        }
    }

    private static IEnumerable<(string What, string Body, string Name)> WrongBodies(ConnectAction action)
    {
        foreach (var text in new[] { "[]", "null", "1", "{", "{}{}", "{\"a\":1,}", "\u00ef\u00bb\u00bf{}", new string('[', 5000) })
        {
            yield return ($"the body {text[..Math.Min(10, text.Length)]}", text, "body");
        }

        yield return ("a doubled unknown member", """{"x":1,"X":2}""", "X");
        if (action.Body is not { } shape)
        {
            yield break;
        }

        if (shape.Members.Any(member => member.IsRequired))
        {
            yield return ("no body", "", "body");
        }

        var example = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(action.BodyExample!)!;
        string Write(string name, string value, string? more = null) => $"{{{string.Join(',', example
            .Where(pair => pair.Key != name).Select(pair => $"\"{pair.Key}\":{pair.Value.GetRawText()}").Prepend($"\"{name}\":{value}").Concat(more is null ? [] : [more]))}}}";
        foreach (var member in shape.Members)
        {
            var good = example.TryGetValue(member.Name, out var given) ? given.GetRawText() : Any(member.Shape);
            yield return ($"{member.Name} of another type", Write(member.Name, member.Shape.Kind == ShapeKind.Number ? "\"1\"" : "1"), member.Name);
            yield return ($"{member.Name} as a list of itself", Write(member.Name, $"[[{good}]]"), member.Name);
            yield return ($"{member.Name} twice", Write(member.Name, good, $"\"{member.Name}\":{good}"), member.Name);
            yield return ($"{member.Name} in two spellings", Write(member.Name, good, $"\"{member.Name.ToUpperInvariant()}\":{good}"), member.Name.ToUpperInvariant());
            yield return ($"{member.Name} in another spelling", Write(member.Name.ToUpperInvariant(), good).Replace($",\"{member.Name}\":", ",\"other\":", StringComparison.Ordinal), member.Name.ToUpperInvariant());
            if (member.IsRequired)
            {
                yield return ($"{member.Name} null", Write(member.Name, "null"), member.Name);
                yield return ($"no {member.Name}", Write("other", "1").Replace($"\"{member.Name}\":", "\"left-out\":", StringComparison.Ordinal), member.Name);
            }
        }
    }

    private static string Any(Shape shape) => shape.Kind switch
    {
        ShapeKind.Text => "\"x\"",
        ShapeKind.Boolean => "true",
        ShapeKind.Number => "1",
        ShapeKind.Array => $"[{Any(shape.Items!)}]",
        _ => $"{{{string.Join(',', shape.Members.Where(member => member.IsRequired).Select(member => $"\"{member.Name}\":{Any(member.Shape)}"))}}}",
    };

    /// <summary>What no answer may hold: code, SQL, paths, versions.</summary>
    [GeneratedRegex(@"Exception|   at |\.cs:|SELECT |SQLite|/work/|/src/|\.dll|Version=|Microsoft\.|System\.", RegexOptions.IgnoreCase)]
    internal static partial Regex LeakPattern();
}
