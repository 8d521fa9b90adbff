using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>
/// Who may ask: a broker within <see cref="HookOptions.HookNetworks"/> that shows the shared secret, over HTTPS unless it
/// runs on this machine. The secret comes in a header and never in an address, which logs keep: RabbitMQ, whose settings
/// know no headers, sends it as HTTP Basic when the address is written as <c>http://portal:SECRET@host/...</c>.
/// </summary>
internal sealed partial class HookGate
{
    public const string Header = "X-Portal-Hook";

    private const string Bearer = "Bearer";
    private const string Basic = "Basic";
    private const string ForwardedFor = "X-Forwarded-For";
    private static readonly TimeSpan s_logEach = TimeSpan.FromMinutes(1);

    private readonly byte[] _secretHash;
    private readonly IPNetwork[] _networks;
    private readonly bool _mayBeInsecure;
    private readonly TimeProvider _clock;
    private readonly ILogger<HookGate> _logger;
    private long _loggedAt;

    public HookGate(
        IOptions<ConnectionOptions> connections, IOptions<HookOptions> hooks, IHostEnvironment environment, TimeProvider clock, ILogger<HookGate> logger)
    {
        _secretHash = SHA256.HashData(Encoding.UTF8.GetBytes(connections.Value.HookSecret!));
        _networks = [.. hooks.Value.HookNetworks.Select(IPNetwork.Parse)];
        (_mayBeInsecure, _clock, _logger) = (environment.IsDevelopment(), clock, logger);
    }

    /// <returns>The status to refuse with, or nothing.</returns>
    public int? Refusal(HttpContext context)
    {
        var address = AddressOf(context);
        var isHere = IPAddress.IsLoopback(address) && !context.Request.Headers.ContainsKey(ForwardedFor);
        if (_networks.Length == 0 ? !isHere : !isHere && !_networks.Any(network => network.Contains(address)))
        {
            Log(address, "it is in none of Mqtt:HookNetworks");
            return StatusCodes.Status404NotFound;
        }

        if (!context.Request.IsHttps && !isHere && !_mayBeInsecure)
        {
            Log(address, "it came without TLS from another machine");
            return StatusCodes.Status403Forbidden;
        }

        if (!ShowsSecret(context.Request))
        {
            Log(address, "it showed no secret, or not the one of Mqtt:HookSecret");
            return StatusCodes.Status401Unauthorized;
        }

        return null;
    }

    /// <summary>Compared as hashes, so that neither content nor length shows in the time it takes.</summary>
    private bool ShowsSecret(HttpRequest request) =>
        SecretIn(request) is { } shown && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), _secretHash);

    private static string? SecretIn(HttpRequest request)
    {
        if (request.Headers[Header] is [{ } secret])
        {
            return secret;
        }

        return AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Parameter is { } parameter
            ? string.Equals(header.Scheme, Bearer, StringComparison.OrdinalIgnoreCase) ? parameter
                : string.Equals(header.Scheme, Basic, StringComparison.OrdinalIgnoreCase) ? PasswordIn(parameter)
                : null
            : null;
    }

    private static string? PasswordIn(string parameter)
    {
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? pair[(colon + 1)..] : null;
    }

    private static IPAddress AddressOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => IPAddress.Loopback, // in this process
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        var address => address,
    };

    /// <summary>Once in a while: anybody can cause it at any rate.</summary>
    private void Log(IPAddress address, string why)
    {
        var (now, loggedAt) = (_clock.GetTimestamp(), Interlocked.Read(ref _loggedAt));
        if ((loggedAt == 0 || _clock.GetElapsedTime(loggedAt, now) >= s_logEach) && Interlocked.CompareExchange(ref _loggedAt, now, loggedAt) == loggedAt)
        {
            LogTurnedAway(address, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A broker that asked from {Address} was turned away: {Why}. Told at most once a minute")]
    private partial void LogTurnedAway(IPAddress address, string why);
}
