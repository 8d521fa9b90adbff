using System.Diagnostics;
using Bench.Measuring;
using Bench.PortalUnderTest;

namespace Bench.Goals;

/// <summary>G16: from starting the process to the first page of a signed-in person and to the first answered call, against the least web API.</summary>
internal static class ColdStart
{
    private const int Port = 18066;
    private const int HelloPort = 18067;

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        var database = fleet.PortalDatabase;
        var (page, call, hello) = (new Samples(), new Samples(), new Samples());
        var cookie = "";
        await using (var portal = await setting.Portal.StartAsync(database, Port))
        {
            using var signIn = new PortalSignIn();
            cookie = await signIn.SignInAsync(portal.Address, (await PortalSignIn.PeopleAsync(portal.Address, fleet.Sample.OrganizationId))[0]);
        }

        // One more round than asked: the first finds cold files and is not counted.
        for (var round = 0; round <= setting.Options.Rounds; round++)
        {
            var count = round > 0;
            Add(page, count, await FirstAnswerAsync(() => setting.Portal.StartAsync(database, Port, PortalPages.Sample), PortalPages.Devices, cookie, HttpMethod.Get));
            Add(hello, count, await FirstAnswerAsync(() => StartHelloAsync(setting), "/", null, HttpMethod.Get));
            Add(call, count, await FirstAnswerAsync(() => setting.Portal.StartAsync(database, Port, PortalPages.Sample), PortalPages.Sample, cookie, HttpMethod.Get));
            Add(hello, count, await FirstAnswerAsync(() => StartHelloAsync(setting), "/", null, HttpMethod.Get));
        }

        setting.Report.Ratio("G16", $"start to first page, {fleet.Devices:N0} devices", "ms", page.P50, hello.P50, bar: 6, moonshot: 3);
        setting.Report.Ratio("G16", "start to first answered call", "ms", call.P50, hello.P50, bar: 4, moonshot: 2);
    }

    private static Task<ServerProcess> StartHelloAsync(Setting setting)
    {
        var address = new Uri($"http://127.0.0.1:{HelloPort}");
        return ServerProcess.StartAsync(
            Path.Combine(setting.Options.Data, "logs", "hello.log"), address, "/", "dotnet", [typeof(ColdStart).Assembly.Location, "hello", address.ToString()]);
    }

    private static async Task<double> FirstAnswerAsync(Func<Task<ServerProcess>> startAsync, string path, string? cookie, HttpMethod method)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        var started = Stopwatch.GetTimestamp();
        await using var server = await startAsync();
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var answer = await http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return answer.IsSuccessStatusCode
            ? elapsed
            : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}.");
    }

    private static void Add(Samples samples, bool count, double milliseconds)
    {
        if (count)
        {
            samples.Add(milliseconds);
        }
    }
}
