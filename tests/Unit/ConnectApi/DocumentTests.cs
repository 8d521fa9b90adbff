using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Portal;
using Portal.ConnectApi;
using Portal.Security;
using Unit.Support;

namespace Unit.ConnectApi;

/// <summary>What the documentation says is what the door does.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public async Task The_document_is_OpenAPI_and_has_every_action_with_its_codes_and_an_example_that_is_taken()
    {
        await using var portal = PortalServer.Start();
        using var http = new HttpClient { BaseAddress = portal.Address };
        using var stream = new MemoryStream(await http.GetByteArrayAsync(new Uri(PortalRoutes.OpenApiDocument, UriKind.Relative), TestContext.Current.CancellationToken));

        var read = await OpenApiDocument.LoadAsync(stream, "json", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        var document = read.Document!;
        var actions = portal.Get<ConnectActions>().All;
        Assert.Equal(24, actions.Count);
        Assert.Equal(actions.Count + 2, document.Paths.Count);
        foreach (var action in actions)
        {
            var operation = document.Paths[$"{ConnectActions.PathOf(action.Version, action.Resource)}?action={action.Name}"].Operations![new HttpMethod(action.Method)];
            Assert.Contains(operation.Parameters!, parameter => parameter.Name == "orgId");
            Assert.All(action.Errors, error => Assert.Contains($"| {error.Code} |", operation.Description, StringComparison.Ordinal));
            Assert.Contains(action.Errors, error => error.Code == ConnectError.InvalidArgument);
            Assert.Contains(action.Errors, error => error.Code == ConnectError.Denied);
            Assert.Superset(new HashSet<string> { "200", "400", "401", "403", "405", "408", "413", "415", "429", "500", "503" }, operation.Responses!.Keys.ToHashSet());
            Assert.Equal(2, operation.Security!.Count);
            if (action.Body is not null)
            {
                Take(action.BodyExample!, action.Body);
            }

            if (action.Data is not null)
            {
                Take($"{{\"data\":{action.DataExample}}}", Shape.Record(Member.Required("data", action.Data, "")));
            }
        }
    }

    [Fact]
    [Trait("Requirement", "R-39")]
    public async Task The_page_for_people_runs_by_nonce_only_and_asks_nobody_elsewhere()
    {
        await using var portal = PortalServer.Start();
        using var browser = portal.NewBrowser();

        var answer = await browser.SendAsync(HttpMethod.Get, PortalRoutes.ApiReference + "/");

        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var nonce = NoncePattern().Match(answer.Headers.GetValues("Content-Security-Policy").Single()).Groups[1].Value;
        Assert.All(ScriptPattern().Matches(html), script => Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(script.Value), StringComparison.Ordinal));
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.Contains(PortalRoutes.OpenApiDocument[1..], html, StringComparison.Ordinal);
        Assert.Contains("\"telemetry\":false", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, PortalRoutes.ApiReference + "/scalar.js")).StatusCode);
    }

    [Theory]
    [InlineData("ConnectApi:RequestsPerSecond", "0")]
    [InlineData("ConnectApi:Burst", "many")]
    [InlineData("ConnectApi:MaxBodySizeInKilobytes", "99999")]
    [InlineData("ConnectApi:TimeLimit", "00:00:00")]
    [InlineData("ConnectApi:MaxDevicesPerBatch", "-1")]
    [InlineData("Tokens:Lifetime", "00:00:10")]
    public void A_setting_that_cannot_be_is_named_at_the_start(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting, (string?)value)]).Build();

        Assert.Contains(setting, Assert.Single(SettingChecks.Faults(configuration)), StringComparison.Ordinal);
    }

    private static void Take(string json, Shape shape)
    {
        var read = StrictJson.Read(Encoding.UTF8.GetBytes(json), shape);
        Assert.True(read.IsSuccess, $"{read.Error?.Message}: {json}");
        read.Value.Dispose();
    }

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex NoncePattern();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex ScriptPattern();
}
