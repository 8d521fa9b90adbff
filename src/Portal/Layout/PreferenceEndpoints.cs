using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Portal.Shared;

namespace Portal.Layout;

/// <summary>Language and theme: cookies of this browser, set by a plain form so that they work before any script runs
/// and before anybody has signed in. The form carries an antiforgery token like every other.</summary>
public static class PreferenceEndpoints
{
    public static void MapPreferences(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(PortalRoutes.Preferences, (
            HttpContext context,
            [FromForm(Name = "language")] string? language,
            [FromForm(Name = "theme")] string? theme,
            [FromForm(Name = "returnUrl")] string? returnUrl) =>
        {
            if (Languages.IsKnown(language))
            {
                Remember(context, CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language!)));
            }

            if (Themes.IsKnown(theme))
            {
                Remember(context, Themes.CookieName, theme!);
            }

            return Results.LocalRedirect(PortalRoutes.Local(returnUrl));
        }).AllowAnonymous();

    private static void Remember(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(name, value, new CookieOptions
        {
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            // The theme button changes the look at once, without a request.
            HttpOnly = name != Themes.CookieName,
            IsEssential = true,
        });
}
