using Microsoft.AspNetCore.Antiforgery;

namespace Portal.Security;

public static class AntiforgeryEndpoints
{
    /// <summary>
    /// Refuses a request without a valid antiforgery token, in a form field or in the header that JavaScript modules
    /// send (<c>meta[name=antiforgery-token]</c>). Endpoints that bind a form have this by themselves; others ask for it.
    /// </summary>
    public static TBuilder RequireAntiforgery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context.HttpContext)
                ? await next(context)
                : Results.StatusCode(StatusCodes.Status400BadRequest));
}
