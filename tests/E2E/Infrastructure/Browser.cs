using Microsoft.Playwright;

namespace E2E.Infrastructure;

/// <summary>One Chromium for all tests: Debian's, because Playwright's own download is not needed.</summary>
public static class Browser
{
    private static readonly Lazy<Task<IBrowser>> s_browser = new(() => LaunchAsync());

    public static Task<IBrowser> GetAsync() => s_browser.Value;

    /// <summary>One more, without some of the switches that Playwright sets by itself.</summary>
    public static async Task<IBrowser> LaunchAsync(params string[] withoutSwitches)
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("PORTAL_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            IgnoreDefaultArgs = withoutSwitches,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
            ],
        });
    }
}
