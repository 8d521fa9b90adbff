using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Layout;

/// <summary>Changes the language of this browser, also before anybody has signed in.</summary>
public sealed partial class LanguageSwitch
{
    [Inject]
    public required IStringLocalizer<LayoutText> Text { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string Here => "/" + Navigation.ToBaseRelativePath(Navigation.Uri);

    private static string CurrentLanguage => CultureInfo.CurrentUICulture.Name;
}
