using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Layout;
using Portal.Shared;

namespace Portal;

public sealed partial class App
{
    private static string Language => CultureInfo.CurrentUICulture.Name;

    private string Theme => Themes.Of(HttpContext);

    private string? Nonce => HttpContext is null ? null : PageNonce.Of(HttpContext);

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }
}
