using System.Net;
using System.Text;
using Portal;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.SampleFleet;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.Reveals;

public sealed class RevealLogTests
{
    [Fact]
    [Trait("Requirement", "R-49")]
    public async Task A_secret_that_a_page_fetches_is_in_no_line_of_the_log()
    {
        using var logs = new CapturedLogs();
        await using var portal = PortalServer.Start(services => logs.AddTo(services), ("Fleet:SampleDevices", "20"));
        using var browser = await portal.SignInAsync("ada");

        // The same person, at work in another window.
        var (issuer, subject) = (portal.Database.Scalar<string>("SELECT issuer FROM accounts"), portal.Database.Scalar<string>("SELECT subject FROM accounts"));
        var organization = SampleOrganizations.Westerly.OrganizationId;
        var ada = PortalCommands.Value(await portal.Get<SessionService>().SignInAsync(
            new IdentifiedPerson(issuer, subject, "Ada", [Role.Administrator.Name], [organization], null, null)));
        var made = PortalCommands.Value(await portal.Get<ApplicationService>().CreateAsync(ada, new CreateApplicationRequest(organization, "Fleet sync", Right.Read, false, null)));

        using var answer = await browser.SendAsync(
            HttpMethod.Post, PortalRoutes.Reveal(made.RevealGrantId), null,
            ("Origin", portal.Address.GetLeftPart(UriPartial.Authority)), ("RequestVerificationToken", await browser.AntiforgeryTokenAsync()));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var secret = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Contains(logs.Lines, line => line.Text.Contains(PortalRoutes.Reveal(made.RevealGrantId), StringComparison.Ordinal));
        string[] forms = [Encoding.ASCII.GetString(secret), Convert.ToHexString(secret), Convert.ToBase64String(secret)];
        var line = logs.Lines.FirstOrDefault(line => forms.Any(form => line.Text.Contains(form, StringComparison.OrdinalIgnoreCase)));
        Assert.True(line.Text is null, $"{line.Category} logs the secret");
    }
}
