using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;

namespace Portal.BrokerHooks;

/// <summary>
/// Has the broker close a connection whose credential ended. Nothing depends on it: what the connection still sends is
/// refused when the broker asks, and by the portal itself.
/// </summary>
internal sealed partial class SessionKick : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan[] s_pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    private readonly HookOptions _options;
    private readonly ILogger<SessionKick> _logger;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = s_patience };

    public SessionKick(IOptions<HookOptions> options, ILogger<SessionKick> logger)
    {
        (_options, _logger) = (options.Value, logger);
        if (_options.KickUserName is { Length: > 0 } userName)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{_options.KickPassword}")));
        }
    }

    public async Task SendAsync(HookSession session, CancellationToken stopping)
    {
        if (_options.KickUrl is not { Length: > 0 } template)
        {
            return;
        }

        var address = new Uri(template
            .Replace(HookOptions.UserNamePlace, Uri.EscapeDataString(session.UserName), StringComparison.Ordinal)
            .Replace(HookOptions.ClientIdPlace, Uri.EscapeDataString(session.ClientId), StringComparison.Ordinal));
        var outcome = "";
        foreach (var pause in s_pauses)
        {
            await Task.Delay(pause, stopping);
            try
            {
                using var answer = await _client.DeleteAsync(address, stopping);
                if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound)
                {
                    return;
                }

                outcome = $"{(int)answer.StatusCode}";
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
            {
                outcome = exception.Message;
            }
        }

        LogNotKicked(session.Session.AssetId, outcome);
    }

    public void Dispose() => _client.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not close the connection of the former device of asset {Asset}: {Outcome}")]
    private partial void LogNotKicked(string asset, string outcome);
}
