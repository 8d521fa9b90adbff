using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Development;

/// <summary>The embedded provider's sign-in page: one button for each demo person, no password.</summary>
public sealed partial class DevelopmentSignInPage
{
    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    [Inject]
    public required IStringLocalizer<AccountText> Text { get; init; }

    /// <summary>The request the person came with; it goes on unchanged, with the person added.</summary>
    private IEnumerable<(string Name, string? Value)> Parameters =>
        HttpContext?.Request.Query.Where(pair => pair.Key != EmbeddedProvider.ParameterOfPerson).Select(pair => (pair.Key, (string?)pair.Value)) ?? [];
}
