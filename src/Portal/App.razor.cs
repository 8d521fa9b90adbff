using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Portal.Layout;
using Portal.Shared;

namespace Portal;

public sealed partial class App
{
    private static string Language => CultureInfo.CurrentUICulture.Name;

    private string Theme => Themes.Of(HttpContext);

    private string? Nonce => HttpContext is null ? null : PageNonce.Of(HttpContext);

    /// <summary>For JavaScript modules, which send it in the header <c>RequestVerificationToken</c>.</summary>
    private string? AntiforgeryToken => HttpContext is null ? null : Antiforgery.GetAndStoreTokens(HttpContext).RequestToken;

    [Inject]
    public required IAntiforgery Antiforgery { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }
}
