using Portal.Core.Persistence;

namespace Portal.ConnectApi;

/// <summary>
/// The way to the REST door, apart from the pages' own: no cookie, no antiforgery, no redirect, no page for an error.
/// Whatever happens, the answer is JSON.
/// </summary>
public static partial class ConnectGateway
{
    /// <summary>Names this call in the answer, in the log and in the audit trail.</summary>
    public const string RequestIdHeader = "X-Request-Id";
    private static readonly object s_requestId = new();

    public static string RequestIdOf(HttpContext context) => (string)context.Items[s_requestId]!;

    public static bool IsFor(HttpRequest request) =>
        request.Path.StartsWithSegments(PortalRoutes.ConnectService, StringComparison.OrdinalIgnoreCase)
        || request.Path.StartsWithSegments(PortalRoutes.TokenService, StringComparison.OrdinalIgnoreCase);

    public static void UseConnectApi(this WebApplication app) => app.MapWhen(
        context => IsFor(context.Request),
        branch =>
        {
            var mayBeInsecure = app.Environment.IsDevelopment();
            var database = app.Services.GetRequiredService<IPortalDatabase>();
            var refusals = app.Services.GetRequiredService<GatewayRefusals>();
            branch.Use((context, next) => GuardAsync(context, next, mayBeInsecure, database, refusals, app.Logger));
            branch.UseRouting();
            branch.UseEndpoints(endpoints => endpoints.MapConnectApi());
        });

    private static async Task GuardAsync(HttpContext context, RequestDelegate next, bool mayBeInsecure, IPortalDatabase database, GatewayRefusals refusals, ILogger logger)
    {
        var requestId = Guid.NewGuid().ToString();
        context.Items[s_requestId] = requestId;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[RequestIdHeader] = requestId;
        if (!mayBeInsecure && !context.Request.IsHttps)
        {
            // Not a redirect: what came with the call has been on the wire in the clear already.
            await refusals.AnswerAsync(context, Refusal.Insecure);
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to be answered
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var refusal = RefusalOf(exception, database);
            if (refusal.Status == StatusCodes.Status500InternalServerError)
            {
                LogFailed(logger, exception, requestId);
            }
            else
            {
                LogRefused(logger, requestId, refusal.Status, exception.GetType().Name);
            }

            await ConnectAnswers.RefuseAsync(context, refusal);
            return;
        }

        // What routing has no place for has a status and nothing else.
        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null })
        {
            await refusals.AnswerAsync(context, context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed ? Refusal.MethodNotAllowed : Refusal.NotFound);
        }
    }

    private static Refusal RefusalOf(Exception exception, IPortalDatabase database) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Refusal.TooLarge,
        BadHttpRequestException => Refusal.Malformed,
        OperationCanceledException => Refusal.Unavailable, // its time was up
        _ when database.IsStorageFault(exception) => Refusal.Unavailable,
        _ => Refusal.Failed,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{RequestId}: the call failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId}: turned away with {Status}, {Reason}")]
    private static partial void LogRefused(ILogger logger, string requestId, int status, string reason);
}
