using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Portal.Shared;

/// <summary>The languages of the screen. A person's choice is a cookie; before it, the browser's wish counts.</summary>
public static class Languages
{
    public static IReadOnlyList<CultureInfo> All { get; } = [new("en"), new("zh-Hans")];

    /// <summary>A language is offered in its own words, whatever the screen speaks now.</summary>
    public static string OwnName(CultureInfo language) => language.Name == "zh-Hans" ? "简体中文" : "English";

    public static bool IsKnown(string? name) => All.Any(language => language.Name == name);

    public static void AddPortalLanguages(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SupportedCultures = [.. All];
            options.SupportedUICultures = [.. All];
            options.DefaultRequestCulture = new RequestCulture(All[0]);
            // A language in the query would make the same link look different to two people.
            options.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }
}
