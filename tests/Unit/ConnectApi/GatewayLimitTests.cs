using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Portal.ConnectApi;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>How much, how fast and in what form: what is beyond it is turned away, and said so.</summary>
public sealed class GatewayLimitTests
{
    [Fact]
    public async Task More_calls_than_allowed_are_told_to_wait()
    {
        await using var world = await StartAsync(("ConnectApi:RequestsPerSecond", "5"), ("ConnectApi:Burst", "5"), ("ConnectApi:AnonymousRequestsPerSecond", "5"));
        var (busy, quiet) = (await world.NewClientAsync(), await world.NewClientAsync());
        var device = await world.NextDeviceAsync();
        await busy.SignInAsync();
        await quiet.SignInAsync();
        (string, string)[] query = [("action", "get"), ("orgId", Organization), ("assetId", device.AssetId)];

        HttpResponseMessage? refused = null;
        for (var count = 0; count < 20 && refused is null; count++)
        {
            var answer = await busy.SendAsync(HttpMethod.Get, V24, query, "");
            refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : null;
        }

        Assert.Equal("API rate limit exceeded", (await EnosClient.ReadAsync(refused!)).GetProperty("message").GetString());
        Assert.InRange(refused!.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await quiet.SendAsync(HttpMethod.Get, V24, query, "")).StatusCode);

        var anonymous = new List<HttpStatusCode>();
        for (var count = 0; count < 20; count++)
        {
            anonymous.Add((await quiet.Http.GetAsync(new Uri(V24, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Contains(HttpStatusCode.Unauthorized, anonymous);
        Assert.Contains(HttpStatusCode.TooManyRequests, anonymous);
    }

    [Fact]
    public async Task A_call_that_was_told_to_wait_can_be_sent_again_as_it_is()
    {
        await using var world = await StartAsync(("ConnectApi:RequestsPerSecond", "5"), ("ConnectApi:Burst", "5"));
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        (string, string)[] query = [("action", "get"), ("orgId", Organization), ("assetId", device.AssetId)];
        HttpRequestMessage? waiting = null;
        for (var count = 0; count < 20 && waiting is null; count++)
        {
            var request = await client.SignAsync(HttpMethod.Get, V24, query, "");
            using var answer = await client.Http.SendAsync(ReplaceFlowTests.Copy(request, ""), TestContext.Current.CancellationToken);
            waiting = answer.StatusCode == HttpStatusCode.TooManyRequests ? request : null;
        }

        Assert.NotNull(waiting);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        using var again = await client.Http.SendAsync(ReplaceFlowTests.Copy(waiting, ""), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(0, world.Portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE outcome='TooManyCalls'"));
    }

    [Fact]
    [Trait("Requirement", "R-44")]
    public async Task Bodies_that_are_too_long_or_of_another_kind_are_refused_before_anybody_reads_them()
    {
        await using var world = await StartAsync(("ConnectApi:MaxBodySizeInKilobytes", "16"));
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        const string Body = """{"newDeviceKey":"logger-type"}""";
        async Task<HttpStatusCode> SendAsync(HttpContent content)
        {
            using var request = await client.SignAsync(
                HttpMethod.Post, V24, [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)], Encoding.UTF8.GetString(await content.ReadAsByteArrayAsync()));
            request.Content = content;
            return (await client.Http.SendAsync(request)).StatusCode;
        }

        static ByteArrayContent Typed(string type, string? encoding = null)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            if (encoding is not null)
            {
                content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            }

            return content;
        }

        var before = world.Snapshot();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(EnosClient.Json(Body + new string(' ', 20_000))));
        foreach (var type in new[]
        {
            "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-patch+json",
            "application/problem+json", "application/json; charset=utf-16", "application/json; charset=iso-8859-1", "application/json; charset=utf-7",
            "application/json; charset=utf-8; charset=utf-16", "application/json; x=y", "application/json, text/plain", "json", "*/*", "",
        })
        {
            Assert.True(await SendAsync(Typed(type)) == HttpStatusCode.UnsupportedMediaType, type);
        }

        foreach (var encoding in new[] { "gzip", "br", "deflate", "identity, gzip", "x" })
        {
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, await SendAsync(Typed("application/json", encoding)));
        }

        Assert.Equal(before, world.Snapshot());
        Assert.Equal(HttpStatusCode.OK, await SendAsync(Typed("Application/JSON;charset=\"UTF-8\"", "identity")));
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_not_waited_for()
    {
        using var logs = new CapturedLogs();
        await using var world = await StartAsync(services => logs.AddTo(services), ("ConnectApi:TimeLimit", "00:00:01"));
        var client = await world.NewClientAsync();
        await client.SignInAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Portal.Address.Host, world.Portal.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {V24}?action=search HTTP/1.1\r\nHost: {world.Portal.Address.Authority}\r\napim-accesstoken: {client.Token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"),
            TestContext.Current.CancellationToken);

        var buffer = new byte[64];
        var read = await stream.ReadAtLeastAsync(buffer, "HTTP/1.1 408".Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 408", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        try
        {
            // Until the server has closed, after what it does to read the rest.
            await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Or cut it off.
        }

        Assert.DoesNotContain(logs.Lines, line => line.Level >= LogLevel.Warning && line.Category.StartsWith("Microsoft.AspNetCore.Server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_read_that_takes_longer_than_it_may_is_unavailable()
    {
        await using var world = await StartAsync(("ConnectApi:TimeLimit", "00:00:01"), ("ConnectApi:SearchesAtOnce", "1"));
        var client = await world.NewClientAsync();
        using var other = await world.Portal.Get<RateLimits>().BeginSearchAsync(client.AccessKey, TestContext.Current.CancellationToken);

        using var answer = await client.SendAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", Organization)], "{}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task A_body_that_is_far_too_large_is_told_so_to_a_client_that_sends_all_of_it_first()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();

        // More than fits into the buffers on the way.
        using var answer = await client.SendAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", Organization)], new string(' ', 7_000_000));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("Request size limit exceeded", (await EnosClient.ReadAsync(answer)).GetProperty("message").GetString());
    }

    [Fact]
    [Trait("Requirement", "R-57")]
    public async Task A_too_large_body_of_nobody_known_is_not_read_once_its_address_sent_too_much()
    {
        await using var world = await StartAsync(("ConnectApi:AnonymousRequestsPerSecond", "1"));
        using var http = new HttpClient { BaseAddress = world.Portal.Address };
        while ((await http.GetAsync(new Uri(V24, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode != HttpStatusCode.TooManyRequests)
        {
        }

        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Portal.Address.Host, world.Portal.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {V24}?action=search HTTP/1.1\r\nHost: {world.Portal.Address.Authority}\r\napim-accesstoken: anything\r\nContent-Type: application/json\r\nContent-Length: 7000000\r\n\r\n"),
            TestContext.Current.CancellationToken);

        // To its end: the connection is given up, nothing more is waited for.
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 429", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_that_cannot_be_read_count_as_calls_of_nobody_known()
    {
        await using var world = await StartAsync(("ConnectApi:AnonymousRequestsPerSecond", "5"));
        var client = await world.NewClientAsync();
        await client.SignInAsync();

        var answers = new List<HttpStatusCode>();
        for (var count = 0; count < 20; count++)
        {
            using var request = await client.SignAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", Organization)], "{}");
            request.Content = new StringContent("{}", Encoding.UTF8, "text/plain");
            answers.Add((await client.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answers[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    [Trait("Requirement", "R-58")]
    public async Task A_database_that_does_not_answer_is_unavailable_and_comes_back_by_itself()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        await client.SignInAsync();
        (string, string)[] query = [("action", "replaceDevice"), ("orgId", Organization), ("assetId", device.AssetId)];
        foreach (var table in new[] { "applications", "devices", "audit_entries" })
        {
            world.Portal.Database.Execute($"ALTER TABLE {table} RENAME TO away");
            using var answer = await client.SendAsync(HttpMethod.Post, V24, query, """{"newDeviceKey":"logger-away"}""");
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{table}: {answer.StatusCode}");
            Assert.Equal("""{"message":"Service unavailable"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.True(answer.Headers.Contains("Retry-After"));
            world.Portal.Database.Execute($"ALTER TABLE away RENAME TO {table}");
        }

        Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-back"}""", ("assetId", device.AssetId)));
    }
}
