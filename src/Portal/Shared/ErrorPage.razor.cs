using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>What is left when a request failed: the number under which the log holds the reason, and ways on.</summary>
public sealed partial class ErrorPage
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    private string? RequestId => Activity.Current?.Id ?? HttpContext?.TraceIdentifier;
}
