using System.Threading.RateLimiting;

namespace Portal.ConnectApi;

/// <summary>
/// Turns a call away, and says so in the log under the ID that the caller is told. Anybody can cause these at any rate, so
/// no more than some in a minute are lines that an operator sees; the core counts the rest.
/// </summary>
public sealed partial class GatewayRefusals(ILogger<GatewayRefusals> logger) : IDisposable
{
    private const int LinesPerMinute = 120;

    private readonly FixedWindowRateLimiter _lines = new(new FixedWindowRateLimiterOptions
    {
        PermitLimit = LinesPerMinute,
        Window = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    });

    public Task AnswerAsync(HttpContext context, Refusal refusal)
    {
        Note(context, refusal.Status, refusal.Message);
        return ConnectAnswers.RefuseAsync(context, refusal);
    }

    /// <param name="code">Of HTTP, or of the token service.</param>
    public void Note(HttpContext context, int code, string reason)
    {
        using var line = _lines.AttemptAcquire();
        LogTurnedAway(line.IsAcquired ? LogLevel.Information : LogLevel.Debug, ConnectGateway.RequestIdOf(context), code, reason);
    }

    public void Dispose() => _lines.Dispose();

    [LoggerMessage(Message = "{RequestId}: turned away with {Code}, {Reason}")]
    private partial void LogTurnedAway(LogLevel level, string requestId, int code, string reason);
}
