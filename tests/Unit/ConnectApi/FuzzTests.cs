using System.Diagnostics;
using System.Net;
using System.Text;
using Portal.ConnectApi;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Well signed nonsense: whatever is sent, the answer is a clean one, soon, and nothing is changed.</summary>
public sealed class FuzzTests
{
    private const int Workers = 8;
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(2);

    private static readonly string[] s_types =
    [
        "application/json", "application/json", "application/json", "application/json;charset=utf-8", "Application/Json; Charset=UTF-8", "application/json; charset=\"utf-8\"",
        "application/json;charset=utf-16", "application/json;charset=us-ascii", "application/json;charset=", "application/json;q=1", "application/json;;", "application/json ;charset=utf-8 ;",
        "text/json", "text/plain", "text/html", "application/xml", "application/xhtml+xml", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=\"",
        "application/octet-stream", "application/msgpack", "application/cbor", "application/ld+json", "application/vnd.api+json", "application/*", "*/*", "json", "/", ";", "=", "\"", "application/json, application/json",
        "application/json\u00e9", "image/png", "application/grpc", "application/x-ndjson", "application/json-seq", "application/json; charset=utf-8; charset=utf-8", "application/json; boundary=utf-8",
    ];

    private static readonly string[] s_encodings =
    [
        "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32", "iso-8859-1", "windows-1252", "gb2312", "gb18030", "big5", "shift_jis", "euc-kr", "koi8-r", "ibm037", "unicode", "cp65001", "utf8", "UTF_8", "x", "*", "'utf-8'", "utf-8\u00a0",
    ];

    /// <summary>Each encoding in every way that a client may come to write it.</summary>
    private static readonly string[] s_contentTypes =
    [
        .. s_types.Concat(s_encodings.Append("utf-8").SelectMany(encoding => (string[])
        [
            $"application/json; charset={encoding}", $"application/json;charset=\"{encoding}\"", $"APPLICATION/JSON; CHARSET={encoding}", $"application/json; charset={encoding}; charset={encoding}",
            $"application/json; encoding={encoding}", $"text/json; charset={encoding}", $"text/plain; charset={encoding}", $"application/problem+json; charset={encoding}", $"application/json; charset= {encoding}",
        ])).Distinct(),
    ];

    /// <summary>Those of them that say JSON in UTF-8 and nothing else.</summary>
    private static readonly string[] s_taken =
    [
        "application/json", "application/json;charset=utf-8", "Application/Json; Charset=UTF-8", "application/json; charset=\"utf-8\"", "application/json; charset=utf-8", "application/json;charset=\"utf-8\"",
        "APPLICATION/JSON; CHARSET=utf-8", "application/json; charset= utf-8",
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "1", "-1", "1e400", "0.1", "\"\"", "\"x\"", "[]", "{}", "[null]", "{\"defaultValue\":null}", "\"\\u0000\"", "\"\\ud800\"", "\"" + "a\\n" + "\"", "\"; DROP TABLE devices; --\"",
        "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}", "\"%00\"", "\"../../etc/passwd\"", "\"<script>\"", "99999999999999999999999", "\"\\u202e\"", "[[[[[[[[[[]]]]]]]]]]", "\"' or ''='\"", "1E-400", "-0", "\"🦊\"",
    ];

    [Fact]
    [Trait("Requirement", "R-42")]
    public async Task Bodies_of_every_other_type_than_JSON_in_UTF8_are_refused_by_the_service_and_by_the_token_service()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        await client.SignInAsync();
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = world.Portal.Address };
        Assert.True(s_contentTypes.Length >= 200, $"{s_contentTypes.Length}");
        var faults = new List<string>();
        foreach (var type in s_contentTypes)
        {
            using var call = await client.SignAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", Organization)], "{}");
            using var token = new HttpRequestMessage(HttpMethod.Post, "/apim-token-service/v2.0/token/get");
            foreach (var request in new[] { call, token })
            {
                request.Content = new ByteArrayContent("{}"u8.ToArray());
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
                var expected = s_taken.Contains(type) ? HttpStatusCode.OK : Ascii.IsValid(type) ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.BadRequest;
                if (answer.StatusCode != expected)
                {
                    faults.Add($"{request.RequestUri} {type}: {answer.StatusCode}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    [Trait("Requirement", "R-42")]
    public async Task Fuzzed_calls_never_fail_hang_or_change_anything()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        await client.SignInAsync();
        var actions = world.Portal.Get<ConnectActions>().All;
        var before = world.Snapshot();
        var (count, answers, faults) = (Scale.Of(ci: 10_000, full: 1_000_000), new int[600], new List<string>());
        var seed = Environment.TickCount;
        await Parallel.ForEachAsync(Enumerable.Range(0, Workers), async (worker, stop) =>
        {
            var random = new Random(seed + worker);
            using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = world.Portal.Address, Timeout = TimeSpan.FromSeconds(20) };
            for (var round = 0; round < count / Workers && faults.Count < 20; round++)
            {
                using var request = random.Next(20) == 0 ? FuzzToken(random, client) : await FuzzAsync(random, client, actions[random.Next(actions.Count)], device.AssetId);
                var (line, clock) = ($"{request.Method} {request.RequestUri} {request.Content?.Headers}", Stopwatch.StartNew());
                try
                {
                    using var answer = await http.SendAsync(request, stop);
                    var text = await answer.Content.ReadAsStringAsync(stop);
                    Interlocked.Increment(ref answers[(int)answer.StatusCode]);

                    // What is no HTTP is refused by the server itself, without a word.
                    var isMalformed = answer.StatusCode == HttpStatusCode.BadRequest && text.Length == 0;
                    if ((int)answer.StatusCode >= 500 || clock.Elapsed > s_hang || RefusalTableTests.LeakPattern().IsMatch(text) || (!isMalformed && answer.Content.Headers.ContentType?.MediaType != "application/json"))
                    {
                        lock (faults)
                        {
                            faults.Add($"{line}: {(int)answer.StatusCode} after {clock.Elapsed.TotalSeconds:0.0} s: {text}");
                        }
                    }
                }
                catch (HttpRequestException exception)
                {
                    lock (faults)
                    {
                        faults.Add($"{line}: {exception.Message}");
                    }
                }
            }
        });

        Assert.True(faults.Count == 0, $"seed {seed}\n{string.Join('\n', faults)}");
        Assert.True(answers[200] > count / 10 && answers[415] > 0 && answers[401] > 0, $"The nonsense does not get far enough: {string.Join(' ', answers.Index().Where(pair => pair.Item > 0))}");
        Assert.Equal(before, world.Snapshot());
        Ok(await client.GetAsync(V24, "get", ("assetId", device.AssetId)));
    }

    private static async Task<HttpRequestMessage> FuzzAsync(Random random, EnosClient client, ConnectAction action, string assetId)
    {
        var query = FuzzQuery(random, action, assetId);
        var body = action.Method == "GET" && random.Next(10) > 0 ? "" : FuzzBody(random, action);
        var path = random.Next(30) == 0 ? $"/connect-service/{Pick(random, "v2.4", "v2.1", "v1", "%20", "")}/{Pick(random, "devices", "x", "devices/", "%5c")}" : ConnectActions.PathOf(action.Version, action.Resource);
        var request = await client.SignAsync(random.Next(30) == 0 ? new HttpMethod(Pick(random, "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD2", "GET", "POST")) : new HttpMethod(action.Method), path, query, body);
        if (body.Length > 0 || random.Next(20) == 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            var type = Pick(random, s_types);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(15) == 0 ? $"application/json; charset={Pick(random, s_encodings)}" : random.Next(3) > 0 ? "application/json" : type);
        }

        if (random.Next(20) == 0)
        {
            request.Headers.TryAddWithoutValidation(Pick(random, "Idempotency-Key", "apim-timestamp", "apim-publickey", "Expect", "Content-Encoding", "Cookie"), Pick(random, "", "x", new string('x', 200), "ü", "1, 2"));
        }

        return request;
    }

    private static HttpRequestMessage FuzzToken(Random random, EnosClient client)
    {
        var timestamp = $"{client.NextTimestamp()}";
        var members = new List<string>
        {
            $"\"appKey\":\"{client.AccessKey}\"", $"\"encryption\":\"{EnosClient.Hash(client.AccessKey + timestamp + client.SecretKey)}\"", $"\"timestamp\":{timestamp}", $"\"accessToken\":\"{client.Token}\"",
        };
        for (var count = random.Next(3); count > 0; count--)
        {
            members[random.Next(members.Count)] = $"\"{Pick(random, "appKey", "encryption", "timestamp", "accessToken", "APPKEY", "", "x")}\":{Pick(random, s_values)}";
        }

        var body = $"{{{string.Join(',', members)}}}";
        return new HttpRequestMessage(random.Next(20) == 0 ? HttpMethod.Put : HttpMethod.Post, $"/apim-token-service/v2.0/token/{Pick(random, "get", "refresh", "refresh", "", "get?x=1", "%00")}")
        {
            Content = new StringContent(random.Next(5) == 0 ? body[..random.Next(body.Length)] : body, Encoding.UTF8, Pick(random, "application/json", "application/json", "application/json", "text/plain")),
        };
    }

    private static (string, string)[] FuzzQuery(Random random, ConnectAction action, string assetId)
    {
        // No body of a replacement can be right; what needs none would succeed with an asset.
        var query = new List<(string, string)> { ("action", action.Name), ("orgId", Organization) };
        if (action.TakesSelector)
        {
            query.Add(("assetId", action.Method == "GET" || action.Name == ConnectActions.Replace ? assetId : "nowhere1"));
        }

        foreach (var parameter in action.Parameters)
        {
            query.Add((parameter.Name, Pick(random, "true", "false", "", "1", "unknown1")));
        }

        for (var count = random.Next(3); count > 0; count--)
        {
            switch (random.Next(4))
            {
                case 0:
                    query.RemoveAt(random.Next(query.Count));
                    break;
                case 1:
                    query.Add(query[random.Next(query.Count)]);
                    break;
                case 2:
                    query[random.Next(query.Count)] = (Pick(random, "x", "ORGID", "assetid", "$where", "", "描"), Pick(random, "", "\0", "描述", "' or 1=1", new string('x', 500), "\ud83e\udd8a"));
                    break;
                default:
                    query.Add((Pick(random, "requireSecret", "isPatchUpdate", "pageNo", "deviceKey"), "true"));
                    break;
            }

            if (query.Count == 0)
            {
                break;
            }
        }

        return [.. query];
    }

    /// <summary>An example with something put in the place of something, or cut off, or no JSON at all. Keys of devices are always wrong.</summary>
    private static string FuzzBody(Random random, ConnectAction action)
    {
        var text = (action.BodyExample ?? "{}").Replace("INV-2041", "a:", StringComparison.Ordinal).Replace("INV-SUN2000", "unknown1", StringComparison.Ordinal);
        text = action is { Resource: ConnectResource.Products, Name: ConnectActions.Create } ? text.Replace("\"Json\"", "\"Custom\"", StringComparison.Ordinal).Replace("\"Device\"", "\"x\"", StringComparison.Ordinal) : text;
        switch (random.Next(6))
        {
            case 0:
                return text[..random.Next(text.Length)];
            case 1:
                return random.Next(2) == 0 ? "" : new string('[', random.Next(1, 3000));
            case 2:
                var colon = text.IndexOf(':', random.Next(text.Length));
                return colon < 0 ? text : $"{text[..(colon + 1)]}{Pick(random, s_values)},\"more\":{text[(colon + 1)..]}";
            case 3:
                return $"{{\"{Pick(random, "newDeviceKey", "deviceList", "expression", "pagination", "projection", "deviceName", "DEVICENAME", "", "__proto__")}\":{Pick(random, s_values)}}}";
            case 4:
                var characters = text.ToCharArray();
                for (var count = random.Next(1, 5); count > 0; count--)
                {
                    characters[random.Next(characters.Length)] = (char)random.Next(1, 0xD800);
                }

                // What is wrong on purpose could become right: it is no JSON either.
                return action.Name.EndsWith("reate", StringComparison.Ordinal) || action.IsChange ? $"{new string(characters)}," : new string(characters);
            default:
                return text;
        }
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}
