using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Broker;
using Portal.Core.Connections;
using Portal.Core.Persistence;

namespace Portal.BrokerHooks;

/// <summary>A broker elsewhere asks the portal who may connect and speak. Off until <c>Mqtt:HookSecret</c> is set.</summary>
public static partial class HookServices
{
    public static void AddBrokerHooks(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<HookOptions>().BindConfiguration(HookOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        if (string.IsNullOrEmpty(builder.Configuration[$"{ConnectionOptions.SectionName}:{nameof(ConnectionOptions.HookSecret)}"]))
        {
            return;
        }

        // The portal's own broker has them too, where it is switched on.
        builder.Services.TryAddSingleton<GatewayRequests>();
        builder.Services.TryAddSingleton<DeviceRequests>();
        builder.Services.AddSingleton<HookGate>();
        builder.Services.AddSingleton<SessionKick>();
        builder.Services.AddSingleton<EmqxHooks>();
        builder.Services.AddSingleton<HookSessions>();
        builder.Services.AddHostedService(services => services.GetRequiredService<HookSessions>());
    }

    /// <summary>Ahead of what is for browsers: no cookie, no page for an error.</summary>
    public static void UseBrokerHooks(this WebApplication app)
    {
        if (app.Services.GetService<HookGate>() is not { } gate)
        {
            return;
        }

        var database = app.Services.GetRequiredService<IPortalDatabase>();
        app.MapWhen(context => context.Request.Path.StartsWithSegments(PortalRoutes.Mqtt, out var rest) && rest.HasValue && rest != "/", branch =>
        {
            branch.Use((context, next) => GuardAsync(context, next, gate, database, app.Logger));
            branch.UseRouting();
            branch.UseEndpoints(endpoints =>
            {
                EmqxHooks.MapEmqxHooks(endpoints);
                endpoints.MapRabbitHooks();
            });
        });
    }

    private static async Task GuardAsync(HttpContext context, RequestDelegate next, HookGate gate, IPortalDatabase database, ILogger logger)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (gate.Refusal(context) is { } refusal)
        {
            context.Response.StatusCode = refusal;
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // nobody is there to be answered
        }
        catch (Exception exception) when (!context.Response.HasStarted && exception is BadHttpRequestException or InvalidDataException)
        {
            context.Response.StatusCode = (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // A broker lets nobody in that it has no answer about, and sends an event again.
            var isStorage = database.IsStorageFault(exception);
            context.Response.StatusCode = isStorage ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            if (!isStorage)
            {
                LogFailed(logger, exception, context.Request.Path);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A broker was not answered at {Path}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string path);
}
