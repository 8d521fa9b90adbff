using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Applications;

/// <summary>Remembers in memory what may come once, until its timestamp is too old anyway.</summary>
/// <remarks>
/// What is remembered was proved with a secret key, so nobody without one fills it. Full, it refuses rather than forgets.
/// After a start it knows nothing: a call that changed something, or was told a secret, is stopped by its row among the
/// operations (<see cref="Access.Actor.CallId"/>). Only reads of what is no secret could be made again then, and a request
/// for a token: it gives who captured it what no call is made with but together with the secret key.
/// </remarks>
internal sealed class ReplayGuard(int limit)
{
    private readonly Lock _lock = new();

    // By the minute in which it may be forgotten. The same thing has the same timestamp, so it is in the same minute.
    private readonly SortedDictionary<long, HashSet<UInt128>> _minutes = [];
    private int _count;

    public enum Verdict
    {
        New,
        Repeated,
        Full,
    }

    /// <param name="until">A time that follows from <paramref name="text"/>, after which it is refused for its age.</param>
    public Verdict Add(string text, DateTimeOffset until, DateTimeOffset now)
    {
        var key = Key(text);
        lock (_lock)
        {
            Forget(Minute(now));
            var minute = Minute(until);
            if (!_minutes.TryGetValue(minute, out var known))
            {
                _minutes[minute] = known = [];
            }

            if (known.Contains(key))
            {
                return Verdict.Repeated;
            }

            if (_count >= limit)
            {
                return Verdict.Full;
            }

            known.Add(key);
            _count++;
            return Verdict.New;
        }
    }

    /// <summary>Whether it came before. Remembers nothing.</summary>
    public bool Knows(string text, DateTimeOffset until)
    {
        var key = Key(text);
        lock (_lock)
        {
            return _minutes.TryGetValue(Minute(until), out var known) && known.Contains(key);
        }
    }

    private static UInt128 Key(string text) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Forget(long minute)
    {
        while (_minutes.Count > 0 && _minutes.First() is var oldest && oldest.Key < minute)
        {
            _count -= oldest.Value.Count;
            _minutes.Remove(oldest.Key);
        }
    }

    private static long Minute(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;
}
