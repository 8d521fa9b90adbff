using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Layout;
using Portal.Resources;
using Portal.Shared;

namespace Portal;

public sealed partial class App
{
    private static readonly string[] s_ago = ["AgoNow", "AgoMinutes", "AgoHours", "AgoYesterday", "AgoDays"];
    private static ImportMapDefinition? s_imports;

    private static string Language => CultureInfo.CurrentUICulture.Name;

    private string Theme => Themes.Of(HttpContext);

    /// <summary>What <c>portal.js</c> writes for a moment of this week, from the nearest to the farthest.</summary>
    private string Ago => string.Join('|', s_ago.Select(key => Text[key].Value));

    private string? Nonce => HttpContext is null ? null : PageNonce.Of(HttpContext);

    /// <summary>
    /// Names of our modules without the hashes of their content, which the framework would add: a module that the parser
    /// finds ahead is fetched without a hash to compare, and then fetched again with one.
    /// </summary>
    private ImportMapDefinition Imports =>
        s_imports ??= new ImportMapDefinition(ImportMapDefinition.FromResourceCollection(Assets).Imports, scopes: null, integrity: null);

    /// <summary>For JavaScript modules, which send it in the header <c>RequestVerificationToken</c>.</summary>
    private string? AntiforgeryToken => HttpContext is null ? null : Antiforgery.GetAndStoreTokens(HttpContext).RequestToken;

    [Inject]
    public required IAntiforgery Antiforgery { get; init; }

    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }
}
