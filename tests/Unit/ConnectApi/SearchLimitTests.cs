using System.Net;
using Portal;
using Portal.Core.Devices;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Searches that no index helps: an application may have a few at a time, and takes nothing from anybody else with them.</summary>
public sealed class SearchLimitTests
{
    private const int Flood = 60;

    [Fact]
    [Trait("Requirement", "R-57")]
    public async Task Pages_stay_answered_while_an_application_floods_searches_that_look_at_every_device()
    {
        await using var world = await StartAsync(("Fleet:SampleDevices", "2000"));
        var (flooding, other) = (await world.NewClientAsync(), await world.NewClientAsync());
        using var browser = await world.Portal.SignInAsync("olga");
        var page = PortalRoutes.InOrganization(PortalRoutes.Devices, Organization);
        await browser.GetAsync(page);
        await other.SignInAsync();
        await flooding.SignInAsync();

        var searches = Enumerable.Range(0, Flood).Select(number => Task.Run(() => SearchAsync(flooding, $"nowhere {number} "))).ToList();
        Assert.Equal("API rate limit exceeded", await FirstRefusalAsync(searches));

        using var shown = await browser.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.False(searches.TrueForAll(search => search.IsCompleted), "the page came when the flood was over");
        Assert.Equal(HttpStatusCode.OK, (await SearchAsync(other, "elsewhere")).Status);

        var answers = await Task.WhenAll(searches);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, answer.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await SearchAsync(flooding, "afterwards")).Status);
    }

    [Fact]
    public async Task Quick_searches_of_one_application_wait_for_each_other_and_are_all_answered()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        await client.SignInAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => SearchAsync(client, $"{number}")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    /// <summary>A search that was let in may be answered before one is refused.</summary>
    private static async Task<string?> FirstRefusalAsync(List<Task<(HttpStatusCode Status, string? Message)>> searches)
    {
        await foreach (var search in Task.WhenEach(searches))
        {
            var (status, message) = await search;
            if (status == HttpStatusCode.TooManyRequests)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>An English name is in no index: every device is looked at, a hundred times.</summary>
    private static async Task<(HttpStatusCode Status, string? Message)> SearchAsync(EnosClient client, string name)
    {
        var expression = string.Join(" or ", Enumerable.Range(0, 100).Select(number => $"deviceName like '{name}{number}'"));
        using var answer = await client.SendAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", Organization)], $$"""{"expression":"{{expression}}"}""");
        var body = await EnosClient.ReadAsync(answer);
        return (answer.StatusCode, body.TryGetProperty("message", out var message) ? message.GetString() : null);
    }
}
