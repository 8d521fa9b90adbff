using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>A state by colour, shape and word.</summary>
public sealed partial class StatusBadge
{
    private BadgeLook Look => BadgeLook.Of(Of);

    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    /// <summary>A device status, the state of a replacement, or whether a secret was confirmed.</summary>
    [Parameter, EditorRequired]
    public required Enum Of { get; set; }
}
