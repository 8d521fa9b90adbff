using E2E.Infrastructure;
using Portal;

namespace E2E.Journeys;

/// <summary>The page on which an integrator reads what the REST door can do.</summary>
public sealed class ApiReferenceTests(PortalFixture portal) : Journey(portal)
{
    [Fact]
    [Trait("Requirement", "R-39")]
    public async Task An_integrator_reads_the_reference_and_the_page_asks_nobody_elsewhere()
    {
        var page = await OpenBrowserAsync();
        var (elsewhere, errors) = (new List<string>(), new List<string>());
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Portal.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                elsewhere.Add(request.Url);
            }
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error" || message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                errors.Add(message.Text);
            }
        };

        await page.GotoAsync(PortalRoutes.ApiReference);
        await page.GetByText("Opening an encrypted secret").First.WaitForAsync();
        await page.GotoAsync(PortalRoutes.ApiReference + "/#tag/devices-v24");
        await page.GetByText("Replace a device").First.ClickAsync();
        await page.GetByText("DeviceKey is repetitive").First.WaitForAsync();

        Assert.Empty(elsewhere);
        Assert.Empty(errors);
    }
}
