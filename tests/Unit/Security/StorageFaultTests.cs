using System.Net;
using Unit.Support;

namespace Unit.Security;

public sealed class StorageFaultTests
{
    [Fact]
    [Trait("Requirement", "R-58")]
    public async Task A_database_that_does_not_answer_is_said_to_be_so_and_comes_back_by_itself()
    {
        await using var portal = PortalServer.Start();
        using var browser = await portal.SignInAsync("olga");
        foreach (var table in new[] { "session_tickets", "sessions", "devices" })
        {
            portal.Database.Execute($"ALTER TABLE {table} RENAME TO away");
            var answer = await browser.SendAsync(HttpMethod.Get, "/devices");
            var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{table}: {answer.StatusCode}");
            Assert.Equal("10", answer.Headers.GetValues("Retry-After").Single());
            Assert.Contains("data-reload", page, StringComparison.Ordinal);
            Assert.DoesNotContain("no such table", page, StringComparison.Ordinal);

            portal.Database.Execute($"ALTER TABLE away RENAME TO {table}");
            Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/devices")).StatusCode);
        }
    }
}
