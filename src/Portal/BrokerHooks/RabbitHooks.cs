using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>
/// RabbitMQ's <c>rabbitmq_auth_backend_http</c> with <c>http_method = post</c>: form fields in, <c>allow</c> or <c>deny</c> out.
/// It asks about users, virtual hosts, resources (queues, exchanges) and topics.
/// </summary>
internal static class RabbitHooks
{
    private const string Allow = "allow";
    private const string Deny = "deny";

    /// <summary>The plugin's exchange, and the queues that it makes for a client ID.</summary>
    private const string Exchange = "amq.topic";
    private const string QueuePrefix = "mqtt-subscription-";

    public static void MapRabbitHooks(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(PortalRoutes.RabbitUser, (HttpContext context, HookSessions sessions) => AnswerAsync(context, form => SignInAsync(form, sessions)));
        endpoints.MapPost(PortalRoutes.RabbitVirtualHost, (HttpContext context, HookSessions sessions) => AnswerAsync(context, form => Task.FromResult(FindIn(form, sessions) is not null)));
        endpoints.MapPost(PortalRoutes.RabbitResource, (HttpContext context, HookSessions sessions) => AnswerAsync(context, form => Task.FromResult(MayUse(form, sessions))));
        endpoints.MapPost(PortalRoutes.RabbitTopic, (HttpContext context, HookSessions sessions) => AnswerAsync(context, form => Task.FromResult(MaySpeak(form, sessions))));
    }

    /// <summary>It does not say where the device comes from.</summary>
    private static async Task<bool> SignInAsync(IFormCollection form, HookSessions sessions) =>
        (await sessions.SignInAsync(new DeviceConnect(Of(form, "client_id") ?? "", Of(form, "username"), HookAnswers.Bytes(Of(form, "password")), Address: null))).IsSuccess;

    private static bool MayUse(IFormCollection form, HookSessions sessions) =>
        FindIn(form, sessions) is { } found && (Of(form, "resource"), Of(form, "name")) switch
        {
            ("exchange", Exchange) => Of(form, "permission") is "read" or "write",
            ("queue", { } name) => name == $"{QueuePrefix}{found.ClientId}qos0" || name == $"{QueuePrefix}{found.ClientId}qos1",
            _ => false,
        };

    private static bool MaySpeak(IFormCollection form, HookSessions sessions) =>
        FindIn(form, sessions, "variable_map.client_id") is { } found && Of(form, "name") == Exchange && Of(form, "permission") is ("read" or "write") and var permission
        && sessions.Allows(found.UserName, found.ClientId, RoutingKey.ToTopic(Of(form, "routing_key"), found.Session), isPublish: permission == "write");

    private static HookSession? FindIn(IFormCollection form, HookSessions sessions, string clientId = "client_id") =>
        sessions.Find(Of(form, "username"), Of(form, clientId));

    /// <summary>A field that came twice could be meant either way.</summary>
    private static string? Of(IFormCollection form, string name) => form[name] is [{ } value] ? value : null;

    private static async Task AnswerAsync(HttpContext context, Func<IFormCollection, Task<bool>> ask)
    {
        var isAllowed = context.Request.HasFormContentType && await ask(await context.Request.ReadFormAsync(context.RequestAborted));
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(isAllowed ? Allow : Deny, context.RequestAborted);
    }
}
