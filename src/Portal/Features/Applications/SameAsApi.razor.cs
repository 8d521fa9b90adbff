using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>The request by which a client does what the person is about to do. It shows; it sends nothing.</summary>
public sealed partial class SameAsApi
{
    private string? _chosen;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    /// <summary>By name, in the language of the screen; the first is shown until another is chosen.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<(string Name, ConnectCall Call)> Calls { get; set; }

    /// <summary>What differs between here and there.</summary>
    [Parameter]
    public string? Note { get; set; }

    /// <summary>The page with code to copy, for whoever may open it.</summary>
    [Parameter]
    public string? SamplesAddress { get; set; }

    private (string Name, ConnectCall Call) Shown => Calls.FirstOrDefault(call => call.Name == _chosen) is { Call: not null } chosen ? chosen : Calls[0];
}
