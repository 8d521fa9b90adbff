using Microsoft.AspNetCore.HostFiltering;
using Portal.ConnectApi;

namespace Portal.Security;

/// <summary>
/// What a caller hears that names a host for which the portal does not answer. The server refuses it ahead of everything of
/// ours; so this stands ahead of the server's filter, and programs get JSON here too.
/// </summary>
internal sealed class UnknownHostAnswer : IStartupFilter
{
    private static readonly object s_isKnown = new();
    private static readonly Refusal s_refusal = new(StatusCodes.Status400BadRequest, "This portal does not answer for that host name");

    public static void AddTo(IServiceCollection services)
    {
        services.PostConfigure<HostFilteringOptions>(options => options.IncludeFailureMessage = false);
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, UnknownHostAnswer>());
        services.AddTransient<IStartupFilter, KnownHost>();
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(AnswerAsync);
        next(app);
    };

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);

        if (context.Items.ContainsKey(s_isKnown) || context.Response is not { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false, ContentLength: null or 0 })
        {
            return;
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        if (ConnectGateway.IsFor(context.Request))
        {
            await ConnectAnswers.RefuseAsync(context, s_refusal);
        }
        else
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"{s_refusal.Message}.");
        }
    }

    /// <summary>Behind the filter: what is refused from here on has another reason.</summary>
    private sealed class KnownHost : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, go) =>
            {
                context.Items[s_isKnown] = true;
                return go(context);
            });
            next(app);
        };
    }
}
