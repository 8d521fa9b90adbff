using System.Diagnostics;

namespace Bench.Measuring;

/// <summary>Threads that do the same thing at once, each waiting for its own answer.</summary>
internal static class Crowd
{
    /// <summary>Runs <paramref name="act"/> for each of <paramref name="count"/> numbers on so many threads.</summary>
    /// <param name="times">What one of them took.</param>
    /// <param name="over">Ends it before.</param>
    /// <returns>What all of them took, in seconds.</returns>
    public static async Task<double> RunAsync(int threads, int count, Samples? times, Action<int> act, CancellationToken over = default)
    {
        var (next, started) = (-1, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(() =>
        {
            var own = new Samples();
            while (Interlocked.Increment(ref next) is var number && number < count && !over.IsCancellationRequested)
            {
                var begun = Stopwatch.GetTimestamp();
                act(number);
                own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            times?.Add(own);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
