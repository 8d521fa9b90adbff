using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bench.PortalUnderTest;

/// <summary>Signs in through the embedded provider as a browser does: follows redirects and submits forms, and keeps the cookies.</summary>
internal sealed partial class PortalSignIn : IDisposable
{
    private const int MostSteps = 20;

    // CookieContainer keeps Secure cookies from plain http even on loopback, which browsers do not.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    private string Cookie => string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>The demo people who may search <paramref name="organizationId"/>.</summary>
    public static async Task<IReadOnlyList<string>> PeopleAsync(Uri portal, string organizationId)
    {
        using var http = new HttpClient();
        using var sample = JsonDocument.Parse(await http.GetStringAsync(new Uri(portal, PortalPages.Sample)));
        return [.. sample.RootElement.GetProperty("people").EnumerateArray()
            .Where(person => person.GetProperty("organizations").EnumerateArray().Any(id => id.GetString() == organizationId))
            .Select(person => person.GetProperty("name").GetString()!)];
    }

    /// <summary>Value of the Cookie header of a signed-in person.</summary>
    public async Task<string> SignInAsync(Uri portal, string person)
    {
        var answer = await SendAsync(HttpMethod.Get, new Uri(portal, PortalPages.Devices), null);
        for (var step = 0; step < MostSteps; step++)
        {
            var here = answer.RequestMessage!.RequestUri!;
            if (answer.Headers.Location is { } location)
            {
                answer = await SendAsync(HttpMethod.Get, new Uri(here, location), null);
                continue;
            }

            answer.EnsureSuccessStatusCode();
            if (here.AbsolutePath == PortalPages.Devices)
            {
                return Cookie;
            }

            var form = ChooseForm(await answer.Content.ReadAsStringAsync(), person, here);
            answer = form.IsPost
                ? await SendAsync(HttpMethod.Post, form.Action, form.Fields)
                : await SendAsync(HttpMethod.Get, new UriBuilder(form.Action) { Query = await Encode(form.Fields).ReadAsStringAsync() }.Uri, null);
        }

        throw new InvalidOperationException($"Signing in as {person} did not end.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, List<KeyValuePair<string, string>>? fields)
    {
        using var request = new HttpRequestMessage(method, address) { Content = fields is null ? null : Encode(fields) };
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", Cookie);
        }

        if (fields is not null)
        {
            request.Headers.Add("Origin", address.GetLeftPart(UriPartial.Authority));
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        }

        var answer = await _http.SendAsync(request);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
            if (pair[1].Length == 0)
            {
                _cookies.Remove(pair[0]);
            }
        }

        return answer;
    }

    private static FormUrlEncodedContent Encode(List<KeyValuePair<string, string>> fields) => new(fields);

    /// <summary>The form whose button bears the person's name, or the only form of the page (form_post).</summary>
    private static (Uri Action, bool IsPost, List<KeyValuePair<string, string>> Fields) ChooseForm(string html, string person, Uri page)
    {
        var forms = Form().Matches(html).Select(match => match.Value).ToArray();
        var form = forms.FirstOrDefault(candidate => WebUtility.HtmlDecode(candidate).Contains(person, StringComparison.Ordinal))
            ?? (forms is [var only] ? only : throw new InvalidOperationException($"No form for {person} at {page}."));
        var opening = form[..(form.IndexOf('>') + 1)];
        var fields = Input().Matches(form).Select(match => match.Value).Where(tag => Attribute(tag, "name") is not null)
            .Select(tag => KeyValuePair.Create(Attribute(tag, "name")!, Attribute(tag, "value") ?? "")).ToList();
        var button = Button().Matches(form).FirstOrDefault(match => WebUtility.HtmlDecode(match.Groups[2].Value).Contains(person, StringComparison.Ordinal));
        if (button is not null && Attribute(button.Groups[1].Value, "name") is { } name)
        {
            fields.Add(KeyValuePair.Create(name, Attribute(button.Groups[1].Value, "value") ?? ""));
        }

        var isPost = string.Equals(Attribute(opening, "method"), "post", StringComparison.OrdinalIgnoreCase);
        return (new Uri(page, Attribute(opening, "action") ?? page.AbsolutePath), isPost, fields);
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"""\s{name}=(?:"([^"]*)"|'([^']*)')""", RegexOptions.IgnoreCase) is { Success: true } match
            ? WebUtility.HtmlDecode(match.Groups[1].Value + match.Groups[2].Value)
            : null;

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Form();

    [GeneratedRegex("<input[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Input();

    [GeneratedRegex("(<button[^>]*>)(.*?)</button>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Button();
}
