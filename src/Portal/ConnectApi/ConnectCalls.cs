using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;

namespace Portal.ConnectApi;

/// <summary>A call of the service from its first byte to its answer: who calls, how often, what for, and whether it can be that.</summary>
public sealed partial class ConnectCalls(
    ConnectActions actions, CallerIdentification callers, RefusedCalls refusals, GatewayRefusals gateway, RateLimits limits, AccessRules rules,
    IOptions<ConnectOptions> options, ILogger<ConnectCalls> logger)
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int MaxKeyLength = 100;

    private static readonly JsonDocument s_noBody = JsonDocument.Parse("{}");
    private static readonly SearchValues<char> s_visible = SearchValues.Create(Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).ToArray());

    public async Task HandleAsync(HttpContext context, ConnectVersion version, ConnectResource resource)
    {
        var requestId = ConnectGateway.RequestIdOf(context);
        using var timeIsUp = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeIsUp.CancelAfter(options.Value.TimeLimit);
        var arrived = await ArriveAsync(context, version, resource, timeIsUp.Token);
        if (arrived.Refusal is { } refusal)
        {
            await gateway.AnswerAsync(context, refusal);
            return;
        }

        var (caller, pairs, body) = arrived.Call!.Value;
        var action = actions.Find(version, resource, ActionIn(pairs));
        if (action is not null && action.Method != context.Request.Method)
        {
            context.Response.Headers.Allow = action.Method;
            await gateway.AnswerAsync(context, Refusal.MethodNotAllowed);
            return;
        }

        var result = await AnswerAsync(context, caller, action, pairs, body, timeIsUp.Token);
        if (result.Error is ArgumentInvalid or OrganizationNotFound && action is { IsChange: true })
        {
            // The core never heard of it, and audits what it refuses by itself.
            await refusals.AuditAsync(caller.Actor, NameOf(action), result.Error);
        }

        await SendAsync(context, requestId, caller, action, pairs, result);
    }

    /// <summary>What is asked of every call before anybody looks at what it is for.</summary>
    private async Task<(Refusal? Refusal, (Caller Caller, IReadOnlyList<KeyValuePair<string, string>> Query, ReadOnlyMemory<byte> Body)? Call)> ArriveAsync(
        HttpContext context, ConnectVersion version, ConnectResource resource, CancellationToken timeIsUp)
    {
        if (!CallerIdentification.HasCredentials(context.Request))
        {
            // Nobody's body is read.
            return (limits.OfAddress(AddressOf(context)) ?? Refusal.Unauthorized, null);
        }

        if (QueryText.Parse(context.Request.QueryString.Value ?? "") is not { } pairs)
        {
            return (Refusal.Malformed, null);
        }

        var (body, refusal) = await BodyReader.ReadAsync(context.Request, options.Value.MaxBodySizeInBytes, () => limits.OfAddress(AddressOf(context)), timeIsUp);
        if (refusal is not null)
        {
            return (refusal, null);
        }

        // The signature does not cover the header: under a key of somebody else's choice, the core knows the call as used.
        var mayRepeat = actions.Find(version, resource, ActionIn(pairs)) is { IsChange: true };
        var caller = await callers.IdentifyAsync(context, pairs, body, mayRepeat);
        return caller.Refusal is not { } refused ? (null, (caller.Caller!, pairs, body))
            : refused.Status == StatusCodes.Status429TooManyRequests ? (refused, null)
            : (limits.OfAddress(AddressOf(context)) ?? refused, null);
    }

    private async Task<Result<ConnectAnswer>> AnswerAsync(
        HttpContext context, Caller caller, ConnectAction? action, IReadOnlyList<KeyValuePair<string, string>> pairs, ReadOnlyMemory<byte> body, CancellationToken timeIsUp)
    {
        if (QueryArguments.FindDoubled(pairs) is { } doubled)
        {
            return doubled;
        }

        if (action is null)
        {
            return string.IsNullOrEmpty(ActionIn(pairs)) ? new ActionMissing() : new ArgumentInvalid(ConnectActions.ActionParameter, "there is no such action here");
        }

        var query = QueryArguments.Read(action, pairs);
        if (!query.IsSuccess)
        {
            return query.Error;
        }

        var key = OperationIdOf(context.Request, caller, action);
        if (!key.IsSuccess)
        {
            return key.Error;
        }

        // An application has one organization for life, so what is read here cannot change before the action decides.
        var organization = await rules.RequireAsync(caller.Actor, Right.None, query.Value[ConnectActions.OrganizationParameter], timeIsUp);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        var content = ReadBody(action, body);
        if (!content.IsSuccess)
        {
            return content.Error;
        }

        using (content.Value == s_noBody ? null : content.Value)
        {
            return await action.Handler(new ConnectCall(action, caller.Actor, ConnectGateway.RequestIdOf(context))
            {
                Query = query.Value,
                Body = content.Value.RootElement,
                OperationId = key.Value.Length == 0 ? null : key.Value,
                Aborted = timeIsUp,
            });
        }
    }

    private static Result<JsonDocument> ReadBody(ConnectAction action, ReadOnlyMemory<byte> body)
    {
        if (HttpMethods.IsGet(action.Method) && !body.IsEmpty)
        {
            return new ArgumentInvalid("body", $"{action.Name} takes none");
        }

        return body.IsEmpty && (action.Body is null || action.Body.Members.All(member => !member.IsRequired))
            ? s_noBody
            : body.IsEmpty ? new ArgumentInvalid("body", "it is missing") : StrictJson.Read(body, action.Body ?? Shape.Record());
    }

    /// <returns>Empty where each call counts.</returns>
    private static Result<string> OperationIdOf(HttpRequest request, Caller caller, ConnectAction action)
    {
        var header = request.Headers[IdempotencyHeader];
        if (header is [])
        {
            return action.IsChange ? caller.Actor.CallId ?? "" : "";
        }

        return header is [{ Length: > 0 and <= MaxKeyLength } key] && !key.AsSpan().ContainsAnyExcept(s_visible)
            ? action.IsChange ? $"key:{key}" : ""
            : new ArgumentInvalid(IdempotencyHeader, $"1 to {MaxKeyLength} visible ASCII characters, once");
    }

    private async Task SendAsync(
        HttpContext context, string requestId, Caller caller, ConnectAction? action, IReadOnlyList<KeyValuePair<string, string>> pairs, Result<ConnectAnswer> result)
    {
        var name = action is null ? "an unknown action" : NameOf(action);
        if (result.IsSuccess)
        {
            using var answer = result.Value;
            LogAnswered(requestId, caller.AccessKey, name, 0);
            await ConnectAnswers.SendAsync(context, requestId, answer);
        }
        else if (ConnectErrors.AtGateway(result.Error) is { } refusal)
        {
            LogRefused(requestId, caller.AccessKey, name, refusal.Status, result.Error.GetType().Name);
            await ConnectAnswers.RefuseAsync(context, refusal);
        }
        else
        {
            var error = ConnectErrors.Of(result.Error, action, Last(pairs, ConnectActions.OrganizationParameter));
            LogAnswered(requestId, caller.AccessKey, name, error.Code);
            await ConnectAnswers.SendAsync(context, requestId, error);
        }
    }

    private static string NameOf(ConnectAction action) => $"{action.Resource} {action.Name}";

    private static string? ActionIn(IReadOnlyList<KeyValuePair<string, string>> pairs) => Last(pairs, ConnectActions.ActionParameter);

    private static string? Last(IReadOnlyList<KeyValuePair<string, string>> pairs, string name) => pairs.LastOrDefault(pair => pair.Key == name).Value;

    private static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();

    [LoggerMessage(Level = LogLevel.Information, Message = "{RequestId}: {Application} called {Action}: {Code}")]
    private partial void LogAnswered(string requestId, string application, string action, int code);

    [LoggerMessage(Level = LogLevel.Information, Message = "{RequestId}: {Application} called {Action}: refused with {Status}, {Reason}")]
    private partial void LogRefused(string requestId, string application, string action, int status, string reason);
}
