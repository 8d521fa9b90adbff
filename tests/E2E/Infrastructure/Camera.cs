using System.Globalization;
using Microsoft.Playwright;

namespace E2E.Infrastructure;

/// <summary>Takes pictures to be looked at, in one size, theme and language. No picture ever holds a secret.</summary>
public sealed class Camera((int Width, int Height) size, ColorScheme theme, string language = "en-GB")
{
    /// <summary>Letters of the same length and alphabet take the place of a secret that is shown.</summary>
    private const string HideSecrets =
        """
        () => {
            document.querySelectorAll('output').forEach(output => {
                if (output.textContent.replaceAll('•', '') !== '') {
                    output.textContent = 'EXAMPLE-'.repeat(99).slice(0, output.textContent.length);
                }
            });
            document.querySelectorAll('canvas').forEach(canvas => canvas.getContext('2d').fillRect(0, 0, canvas.width, canvas.height));
        }
        """;

    /// <summary>Where pictures go; none are taken without.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("PORTAL_SCREENSHOTS");

    /// <summary>Of every size in both themes.</summary>
    public static IEnumerable<Camera> All => Screens.Sizes.SelectMany(size => Screens.Themes.Select(theme => new Camera(size, theme)));

    /// <summary>A desk by day and a tablet by night.</summary>
    public static IEnumerable<Camera> Chinese =>
        [new(Screens.Sizes[0], ColorScheme.Light, "zh-CN"), new(Screens.Sizes[2], ColorScheme.Dark, "zh-CN")];

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{size.Width}-{theme}{(language == "en-GB" ? "" : "-zh")}");

    public bool IsTablet => Screens.Of(size, theme).HasTouch == true;

    public BrowserNewContextOptions Browser
    {
        get
        {
            var options = Screens.Of(size, theme);
            options.Locale = language;
            return options;
        }
    }

    /// <param name="pause">Milliseconds until what moves stands still.</param>
    public async Task ShootAsync(IPage page, string name, float pause = 250)
    {
        await page.WaitForTimeoutAsync(pause);
        await page.EvaluateAsync(HideSecrets);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"{name}-{Name}.png") });
    }
}
