using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Applications;

/// <summary>Remembers in memory what an application may do once, until its timestamp is too old anyway.</summary>
/// <remarks>
/// What is remembered was proved with a secret key, so nobody without one fills it. Full, it refuses rather than forgets, and
/// only the application that filled it: as many calls as it may make in the meantime, so the limit on those comes first.
/// After a start it knows nothing: a call that changed something, or was told a secret, is stopped by its row among the
/// operations (<see cref="Access.Actor.CallId"/>). Only reads of what is no secret could be made again then, and a request
/// for a token: it gives who captured it what no call is made with but together with the secret key.
/// </remarks>
internal sealed class ReplayGuard(int limit = ReplayGuard.MaxOfApplication)
{
    private const int MaxOfApplication = 1_000_000;

    private readonly Lock _lock = new();

    // By the minute in which it may be forgotten. The same thing has the same timestamp, so it is in the same minute.
    private readonly SortedDictionary<long, Memory> _minutes = [];

    public enum Verdict
    {
        New,
        Repeated,
        Full,
    }

    /// <param name="until">A time that follows from <paramref name="text"/>, after which it is refused for its age.</param>
    public Verdict Add(string accessKey, string text, DateTimeOffset until, DateTimeOffset now)
    {
        var key = Key(text);
        lock (_lock)
        {
            Forget(Minute(now));
            var minute = Minute(until);
            if (!_minutes.TryGetValue(minute, out var memory))
            {
                _minutes[minute] = memory = new Memory([], new Dictionary<string, int>(StringComparer.Ordinal));
            }

            if (memory.Known.Contains(key))
            {
                return Verdict.Repeated;
            }

            if (_minutes.Values.Sum(each => each.Counts.GetValueOrDefault(accessKey)) >= limit)
            {
                return Verdict.Full;
            }

            memory.Known.Add(key);
            memory.Counts[accessKey] = memory.Counts.GetValueOrDefault(accessKey) + 1;
            return Verdict.New;
        }
    }

    /// <summary>Whether it came before. Remembers nothing.</summary>
    public bool Knows(string text, DateTimeOffset until)
    {
        var key = Key(text);
        lock (_lock)
        {
            return _minutes.TryGetValue(Minute(until), out var memory) && memory.Known.Contains(key);
        }
    }

    private static UInt128 Key(string text) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Forget(long minute)
    {
        while (_minutes.Count > 0 && _minutes.First() is var oldest && oldest.Key < minute)
        {
            _minutes.Remove(oldest.Key);
        }
    }

    private static long Minute(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    /// <param name="Counts">By access key, how many of them are an application's.</param>
    private sealed record Memory(HashSet<UInt128> Known, Dictionary<string, int> Counts);
}
