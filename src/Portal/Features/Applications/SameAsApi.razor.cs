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

    /// <summary>The first is shown until another is chosen.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ConnectCall> Calls { get; set; }

    /// <summary>What differs between here and there.</summary>
    [Parameter]
    public string? Note { get; set; }

    /// <summary>The page with code to copy, for whoever may open it.</summary>
    [Parameter]
    public string? SamplesAddress { get; set; }

    private ConnectCall Shown => Calls.FirstOrDefault(call => call.Action == _chosen) ?? Calls[0];
}
