using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.SampleFleet;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Who asks for what another organization has learns nothing: not by an answer, and not by what it costs.</summary>
public sealed partial class TenancyTests
{
    private const string Nowhere = "nowhere1";

    /// <summary>Each call that names a device, a product or an organization, and which of the three.</summary>
    private static readonly (string Kind, Func<EnosClient, string, Task<HttpResponseMessage>> SendAsync)[] s_calls =
    [
        ("asset", (client, id) => Post(client, V24, "replaceDevice", """{"newDeviceKey":"logger-x"}""", ("assetId", id))),
        ("asset", (client, id) => Post(client, V24, "replaceDevice", """{"newDeviceKey":"logger-x","requireSecret":true}""", ("assetId", id))),
        ("asset", (client, id) => Post(client, V21, "replaceDevice", """{"newDeviceKey":"logger-x"}""", ("assetId", id))),
        ("asset", (client, id) => Get(client, V24, "get", ("assetId", id))),
        ("asset", (client, id) => Get(client, V24, "get", ("assetId", id), ("requireSecret", "true"))),
        ("asset", (client, id) => Get(client, V21, "get", ("assetId", id))),
        ("asset", (client, id) => Post(client, V21, "enable", "", ("assetId", id))),
        ("asset", (client, id) => Post(client, V21, "disable", "", ("assetId", id))),
        ("asset", (client, id) => Post(client, V21, "delete", "", ("assetId", id))),
        ("asset", (client, id) => Post(client, V21, "update", """{"deviceDesc":"mine"}""", ("assetId", id), ("isPatchUpdate", "true"))),
        ("asset", (client, id) => Post(client, V24, "search", $$"""{"expression":"assetId = '{{id}}'"}""")),
        ("product", (client, id) => Get(client, V24, "get", ("productKey", id), ("deviceKey", "logger-1"))),
        ("product", (client, id) => Post(client, V24, "replaceDevice", """{"newDeviceKey":"logger-x"}""", ("productKey", id), ("deviceKey", "logger-1"))),
        ("product", (client, id) => Post(client, V24, "create", Device(id))),
        ("product", (client, id) => Post(client, V24, "batchCreate", $$"""{"deviceList":[{{Device(id)}}]}""")),
        ("product", (client, id) => Post(client, V24, "search", $$"""{"expression":"productKey = '{{id}}'"}""")),
        ("product", (client, id) => Get(client, ProductsV24, "get", ("productKey", id))),
        ("product", (client, id) => Post(client, ProductsV24, "update", """{"productDesc":"mine"}""", ("productKey", id), ("isPatchUpdate", "true"))),
        ("product", (client, id) => Post(client, ProductsV24, "delete", "", ("productKey", id))),
        ("organization", (client, id) => client.SendAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", id)], "{}")),
        ("organization", (client, id) => client.SendAsync(HttpMethod.Post, V24, [("action", "replaceDevice"), ("orgId", id), ("assetId", Nowhere)], """{"newDeviceKey":"logger-x"}""")),
    ];

    [Fact]
    [Trait("Requirement", "R-29")]
    public async Task What_is_anothers_costs_the_statements_that_nothing_costs_and_answers_the_same()
    {
        await using var world = await QuietAsync();
        var client = await world.NewClientAsync(allowsClearText: true);
        var theirs = await TheirsAsync(world);
        foreach (var (_, sendAsync) in s_calls)
        {
            (await sendAsync(client, Nowhere)).Dispose(); // every connection is open, and what is kept is there
        }

        using var trace = new SqlTrace(world.Portal.Services, world.Portal.Database);
        var (before, faults) = (world.Snapshot(), new List<string>());
        for (var i = 0; i < s_calls.Length; i++)
        {
            var (kind, sendAsync) = s_calls[i];
            async Task<(string Answer, string Work)> AskAsync(string id)
            {
                trace.Take();
                using var answer = await sendAsync(client, id);
                var said = await SayAsync(answer, id);
                return (said, string.Join('\n', trace.Take()));
            }

            // The first call after a write reads again what is kept until then.
            await AskAsync(Nowhere);
            var (absent, foreign) = (await AskAsync(Nowhere), await AskAsync(theirs[kind]));
            Assert.Contains("SELECT", absent.Work, StringComparison.Ordinal);
            if (absent != foreign)
            {
                faults.Add($"{i} ({kind}): {absent.Answer}\n{absent.Work}\n-- but what is there --\n{foreign.Answer}\n{foreign.Work}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        Assert.Equal(before, world.Snapshot());
    }

    /// <summary>Time is looked at in the long run only: a machine that does other things would make a short one lie.</summary>
    [Fact]
    [Trait("Requirement", "R-29")]
    public async Task Random_ids_find_nothing_and_another_organizations_take_as_long()
    {
        await using var world = await QuietAsync();
        var client = await world.NewClientAsync();
        var foreign = (await world.Portal.Get<SampleDevices>().ListAsync(SampleOrganizations.Yuanshan, 30, CancellationToken.None)).Select(device => device.AssetId).ToList();
        var (before, random, expected) = (world.Snapshot(), new Random(29), "");
        var (ofForeign, ofAbsent) = (new List<double>(), new List<double>());
        for (var count = Scale.Of(ci: 400, full: 100_000); count > 0; count--)
        {
            while (client.IsFarAhead)
            {
                await Task.Delay(1000);
            }

            var isForeign = random.Next(2) == 0;
            var id = isForeign ? foreign[random.Next(foreign.Count)] : new string(random.GetItems("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789".AsSpan(), 8));
            var started = Stopwatch.GetTimestamp();
            using var answer = await Get(client, V24, "get", ("assetId", id));
            (isForeign ? ofForeign : ofAbsent).Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            var said = await SayAsync(answer, id);
            expected = expected.Length == 0 ? said : expected;
            Assert.Equal(expected, said);
        }

        Assert.Contains("99404", expected, StringComparison.Ordinal);
        Assert.Equal(before, world.Snapshot());
        if (Scale.IsLong)
        {
            Assert.InRange(Median(ofForeign) / Median(ofAbsent), 0.95, 1.05);
        }
    }

    /// <summary>Without the jobs that write now and then.</summary>
    private static Task<ConnectWorld> QuietAsync() => StartAsync(services =>
    {
        foreach (var job in services.Where(service => service.ImplementationType == typeof(Portal.Core.Maintenance) || service.ImplementationType == typeof(Portal.Core.Live.OutboxDispatcher)).ToList())
        {
            services.Remove(job);
        }
    });

    private static async Task<Dictionary<string, string>> TheirsAsync(ConnectWorld world) => new()
    {
        ["asset"] = (await world.NextDeviceAsync(SampleOrganizations.Yuanshan)).AssetId,
        ["product"] = world.Portal.Database.Scalar<string>("SELECT product_key FROM products WHERE organization_number=2 LIMIT 1"),
        ["organization"] = OtherOrganization,
    };

    private static string Device(string productKey) => $$$"""{"productKey":"{{{productKey}}}","timezone":"+01:00","deviceName":{"defaultValue":"x"}}""";

    private static Task<HttpResponseMessage> Post(EnosClient client, string path, string action, string body, params (string, string)[] query) =>
        client.SendAsync(HttpMethod.Post, path, [("action", action), ("orgId", Organization), .. query], body);

    private static Task<HttpResponseMessage> Get(EnosClient client, string path, string action, params (string, string)[] query) =>
        client.SendAsync(HttpMethod.Get, path, [("action", action), ("orgId", Organization), .. query], "");

    /// <summary>All that the caller sees, but for the ID that it sent and the one that each call is given.</summary>
    private static async Task<string> SayAsync(HttpResponseMessage answer, string id)
    {
        var body = await answer.Content.ReadAsStringAsync();
        var requestId = JsonDocument.Parse(body).RootElement.GetProperty("requestId").GetString()!;
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "X-Request-ID" or "Content-Length"))
            .Select(header => $"{header.Key}: {NoncePattern().Replace(string.Join(',', header.Value), "")}");
        return $"{(int)answer.StatusCode} {string.Join("; ", headers)} {body.Replace(requestId, "REQUEST", StringComparison.Ordinal).Replace(id, "ID", StringComparison.Ordinal)}";
    }

    [GeneratedRegex("'nonce-[^']*'")]
    private static partial Regex NoncePattern();

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
