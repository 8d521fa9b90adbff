using System.Net.Http.Json;
using System.Text.Json;

namespace Bench.PortalUnderTest;

/// <summary>What the benchmarks know of the portal's pages.</summary>
internal static class PortalPages
{
    public const string Devices = "/devices";

    /// <summary>Development only, loopback only: full collection, answers <c>{ heap, ws, cpuMs }</c>.</summary>
    public const string Collect = "/development/gc";

    /// <summary>Full collection in the portal; bytes of live heap.</summary>
    public static async Task<double> CollectAsync(HttpClient http, Uri portal)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(portal, Collect));
        request.Headers.Add("Origin", portal.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await http.SendAsync(request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("heap").GetDouble();
    }

    /// <summary>Development only: the demo people as JSON.</summary>
    public const string Sample = "/development/sample";

    /// <summary>More connected pages than this a person may not have.</summary>
    public const int MaxCircuitsOfAPerson = 10;

    /// <summary>Id of the search box on the device grid.</summary>
    public const string SearchBox = "q";

    /// <summary>CSS of a row of the device grid.</summary>
    public const string GridRow = "table.device-table tbody tr";
}
