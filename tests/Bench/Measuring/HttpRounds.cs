using System.Diagnostics;

namespace Bench.Measuring;

/// <summary>Times of one side of a comparison.</summary>
internal sealed record Timed(Samples Times)
{
    public double CpuMilliseconds { get; set; }

    public double CpuPerOperation => CpuMilliseconds / Math.Max(1, Times.Count);
}

/// <summary>The same requests to two servers, one at a time, in rounds ours, reference, ours, reference.</summary>
internal sealed class HttpRounds(ServerProcess ours, ServerProcess reference) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });

    public async Task<(Timed Ours, Timed Reference)> RunAsync(
        int rounds, IReadOnlyList<string> texts, Func<string, string> ourPath, Func<string, string> referencePath)
    {
        var (oursTimed, referenceTimed) = (new Timed(new Samples()), new Timed(new Samples()));
        await RoundAsync(ours, texts, ourPath, new Timed(new Samples()));
        await RoundAsync(reference, texts, referencePath, new Timed(new Samples()));
        for (var round = 0; round < rounds; round++)
        {
            await RoundAsync(ours, texts, ourPath, oursTimed);
            await RoundAsync(reference, texts, referencePath, referenceTimed);
        }

        return (oursTimed, referenceTimed);
    }

    public void Dispose() => _http.Dispose();

    private async Task RoundAsync(ServerProcess server, IReadOnlyList<string> texts, Func<string, string> path, Timed timed)
    {
        var cpu = server.CpuMilliseconds;
        foreach (var text in texts)
        {
            var address = new Uri(server.Address, path(Uri.EscapeDataString(text)));
            var started = Stopwatch.GetTimestamp();
            using var answer = await _http.GetAsync(address);
            await answer.Content.ReadAsByteArrayAsync();
            timed.Times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        }

        timed.CpuMilliseconds += server.CpuMilliseconds - cpu;
    }
}
