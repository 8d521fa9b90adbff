namespace Portal.Layout;

/// <summary>The looks of the screen; <see cref="System"/> follows the device.</summary>
public static class Themes
{
    public const string CookieName = "portal-theme";
    public const string System = "system";
    public const string Light = "light";
    public const string Dark = "dark";

    public static IReadOnlyList<string> All { get; } = [System, Light, Dark];

    public static bool IsKnown(string? theme) => theme is not null && All.Contains(theme);

    public static string Of(HttpContext? context) =>
        context?.Request.Cookies[CookieName] is { } theme && IsKnown(theme) ? theme : System;
}
