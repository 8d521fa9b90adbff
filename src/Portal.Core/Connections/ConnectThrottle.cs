using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Portal.Core.Connections;

/// <summary>
/// Who connects too often is refused for a while, before anything is looked up (contract.md section 5: four in two minutes;
/// the fifth begins five minutes' rest). Refused sign-ins count against the address they come from and never against the device: else
/// anybody could keep a device out by naming it.
/// </summary>
public sealed class ConnectThrottle(TimeProvider clock, IOptions<ConnectionOptions> options)
{
    private const int MaxKept = 200_000;

    private readonly ConcurrentDictionary<(string ProductKey, string DeviceKey, string? Address), Window> _windows = new();
    private int _kept;

    internal bool IsBlocked(string productKey, string deviceKey, string? address) =>
        IsBlocked((productKey, deviceKey, null)) || IsBlocked((productKey, deviceKey, address ?? ""));

    /// <summary>Lets go of a device that connected too often with another secret than it has now: it is other hardware, or another device.</summary>
    /// <returns>Whether it may come, which the refusals of its address may still keep it from.</returns>
    internal bool LetsGo(ConnectingDevice device, string? address)
    {
        var who = (device.ProductKey, device.DeviceKey, (string?)null);
        if (_windows.TryGetValue(who, out var window) && !window.IsOf(SecretOf(device)))
        {
            _windows.TryRemove(new(who, window));
        }

        return !IsBlocked(device.ProductKey, device.DeviceKey, address);
    }

    internal void CountAccepted(ConnectingDevice device) => Count((device.ProductKey, device.DeviceKey, null), SecretOf(device));

    /// <param name="address">Where a broker does not tell it, nothing is counted: it would be counted against the device.</param>
    internal void CountRefused(string productKey, string deviceKey, string? address)
    {
        if (address is not null)
        {
            Count((productKey, deviceKey, address));
        }
    }

    private bool IsBlocked((string, string, string?) who) => _windows.TryGetValue(who, out var window) && window.IsBlocked(clock.GetTimestamp());

    private static (long, int) SecretOf(ConnectingDevice device) => (device.DeviceId, device.CredentialVersion);

    private void Count((string, string, string?) who, (long, int) secret = default)
    {
        var now = clock.GetTimestamp();
        if (!_windows.TryGetValue(who, out var window))
        {
            // Counted here: the dictionary stops everybody to count.
            if (Interlocked.Increment(ref _kept) > MaxKept)
            {
                Clean(now);
            }

            window = _windows.GetOrAdd(who, _ => new Window(this));
        }

        window.Count(now, secret);
    }

    private void Clean(long now)
    {
        foreach (var (who, window) in _windows)
        {
            if (window.IsOver(now))
            {
                _windows.TryRemove(who, out _);
            }
        }

        // A flood from everywhere: what is forgotten is at worst a pause that ends early.
        if (_windows.Count >= MaxKept)
        {
            _windows.Clear();
        }

        Volatile.Write(ref _kept, _windows.Count);
    }

    private sealed class Window(ConnectThrottle throttle)
    {
        private readonly Lock _lock = new();
        private long? _since;
        private long? _blockedAt;
        private int _count;
        private (long DeviceId, int Version) _secret;

        /// <summary>Whether it comes too often; the one that is too many begins the time in which it is refused.</summary>
        public bool IsBlocked(long now)
        {
            lock (_lock)
            {
                if (_blockedAt is { } at)
                {
                    if (throttle.Elapsed(at, now) < throttle.Options.ConnectBlock)
                    {
                        return true;
                    }

                    (_since, _count, _blockedAt) = (null, 0, null);
                }

                if (_count < throttle.Options.ConnectsPerWindow || IsWindowOver(now))
                {
                    return false;
                }

                _blockedAt = now;
                return true;
            }
        }

        public bool IsOver(long now)
        {
            lock (_lock)
            {
                return _blockedAt is { } at ? throttle.Elapsed(at, now) >= throttle.Options.ConnectBlock : IsWindowOver(now);
            }
        }

        /// <summary>Whether they were all of this secret.</summary>
        public bool IsOf((long, int) secret)
        {
            lock (_lock)
            {
                return _secret == secret;
            }
        }

        public void Count(long now, (long, int) secret)
        {
            lock (_lock)
            {
                if (IsWindowOver(now) || _secret != secret)
                {
                    (_since, _count, _secret) = (now, 0, secret);
                }

                _count++;
            }
        }

        private bool IsWindowOver(long now) => _since is not { } since || throttle.Elapsed(since, now) >= throttle.Options.ConnectWindow;
    }

    private ConnectionOptions Options => options.Value;

    private TimeSpan Elapsed(long from, long to) => clock.GetElapsedTime(from, to);
}
