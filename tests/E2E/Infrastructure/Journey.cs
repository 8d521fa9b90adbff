using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Infrastructure;

/// <summary>A test that drives a browser. Each has a context (cookies, storage) of its own.</summary>
public abstract partial class Journey(PortalFixture portal) : IAsyncLifetime
{
    private static readonly string s_artifacts = Environment.GetEnvironmentVariable("PORTAL_TEST_ARTIFACTS") ?? Path.Combine(AppContext.BaseDirectory, "artifacts");

    /// <summary>How long a step or a look may take, in milliseconds: what must be fast says so itself, and a busy machine breaks nothing.</summary>
    private const float Patience = 20_000;

    private readonly List<IBrowserContext> _contexts = [];

    static Journey() => SetDefaultExpectTimeout(Patience);

    protected PortalFixture Portal { get; } = portal;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new browser in which nobody is signed in.</summary>
    protected async Task<IPage> OpenBrowserAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions { ViewportSize = new() { Width = 1440, Height = 900 } };
        options.BaseURL = Portal.Address.ToString();
        options.Locale ??= "en-GB";
        var context = await (await Browser.GetAsync()).NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        _contexts.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>A new browser in which that demo person has signed in through the provider.</summary>
    /// <param name="name">As on the provider's button, e.g. <c>Olga Brandt</c>.</param>
    protected async Task<IPage> SignInAsync(string name = "Olga Brandt", BrowserNewContextOptions? options = null)
    {
        var page = await OpenBrowserAsync(options);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        await AtHomeAsync(page);
        await ReadyAsync(page);
        return page;
    }

    /// <summary>Waits for the address only: a wait for the load event, too, now and then misses one that comes just then.</summary>
    protected static Task AtHomeAsync(IPage page) => Expect(page).ToHaveURLAsync(HomePattern());

    [GeneratedRegex("^https?://[^/]+/$")]
    private static partial Regex HomePattern();

    /// <summary>Waits until the page answers: a click before the circuit is up is lost.</summary>
    protected static Task ReadyAsync(IPage page) => page.Locator("[data-interactive]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>Opens a page and waits until what is on it answers.</summary>
    protected static async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.Locator("main [data-interactive]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    /// <param name="looked">What axe finds on a page or in a part of it.</param>
    protected static async Task ExpectAccessibleAsync(Task<AxeResult> looked, string what)
    {
        var result = await looked;
        Assert.True(result.Violations.Length == 0, $"{what}: " + string.Join("; ", result.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help} at {string.Join(", ", violation.Nodes.Take(3).Select(node => node.Html))}")));
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await KeepPicturesAsync();
        }

        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task KeepPicturesAsync()
    {
        Directory.CreateDirectory(s_artifacts);
        var name = string.Concat((TestContext.Current.TestMethod?.MethodName ?? "test").Where(char.IsLetterOrDigit));
        foreach (var (page, index) in _contexts.SelectMany(context => context.Pages).Select((page, index) => (page, index)))
        {
            try
            {
                // No picture ever holds a secret.
                await page.EvaluateAsync("document.querySelectorAll('output').forEach(output => output.replaceChildren())");
                await page.ScreenshotAsync(new() { Path = Path.Combine(s_artifacts, $"{name}-{index}.png"), FullPage = true });
            }
            catch (PlaywrightException)
            {
                // The page is gone; the test has failed for a better reason than this.
            }
        }
    }
}
