using Microsoft.Playwright;

namespace E2E.Infrastructure;

/// <summary>The sizes and themes that every page is looked at in.</summary>
public static class Screens
{
    public static readonly (int Width, int Height)[] Sizes = [(1440, 900), (1024, 768), (820, 1180)];

    public static readonly ColorScheme[] Themes = [ColorScheme.Light, ColorScheme.Dark];

    public static BrowserNewContextOptions Of((int Width, int Height) size, ColorScheme theme) => new()
    {
        ViewportSize = new() { Width = size.Width, Height = size.Height },
        ColorScheme = theme,
        HasTouch = size.Width < 1000,
    };
}
