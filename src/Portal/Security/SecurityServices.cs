using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Portal.Core.Persistence;

namespace Portal.Security;

/// <summary>Limits and guards that hold for every request.</summary>
public static class SecurityServices
{
    /// <summary>Largest request body; an endpoint that takes more says so with <c>RequestSizeLimitAttribute</c>.</summary>
    private const long MaxBodyInBytes = 1024 * 1024;

    private const string RetryAfterInSeconds = "10";

    private const int MaxHeadersInBytes = 32 * 1024;

    public static void AddPortalSecurity(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MaxBodyInBytes;
            options.Limits.MaxRequestHeadersTotalSize = MaxHeadersInBytes;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });

        UnknownHostAnswer.AddTo(builder.Services);

        // A malformed or forged request is refused in Development as it is elsewhere.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);

        var secure = !builder.Environment.IsDevelopment();
        builder.Services.AddAntiforgery(options =>
        {
            options.Cookie.Name = secure ? "__Host-portal-form" : "portal-form";
            options.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.SuppressXFrameOptionsHeader = true; // SecurityHeaders says it, stricter
        });

        if (builder.Environment.IsDevelopment() && builder.Configuration["AllowedHosts"] is null)
        {
            // A page elsewhere whose name is made to point at this machine must not reach a portal without passwords.
            builder.Services.PostConfigure<HostFilteringOptions>(options => options.AllowedHosts = ["localhost", "*.localhost", "127.0.0.1", "[::1]"]);
        }
    }

    public static void UseDeclaredProxy(this WebApplication app)
    {
        if (app.Configuration.GetSection(ProxyOptions.SectionName).Get<ProxyOptions>() is { IsDeclared: true } proxy)
        {
            app.UseForwardedHeaders(proxy.ToForwardedHeaders(app.Services.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts));
        }
    }

    /// <summary>A page for what nobody foresaw; 503 when the database does not answer, since trying again may help.</summary>
    public static void UseErrorPage(this WebApplication app)
    {
        var database = app.Services.GetRequiredService<IPortalDatabase>();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = PortalRoutes.Error,
            CreateScopeForErrors = true,
            StatusCodeSelector = exception => database.IsStorageFault(exception) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
        });
        app.Use((context, next) =>
        {
            if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = RetryAfterInSeconds;
            }

            return next(context);
        });
    }

    /// <summary>The page about a refused or failed post is got, not posted to.</summary>
    public static void UseGetForOwnPages(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    });
}
