using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Connections;
using Portal.Resources;

namespace Portal.Features.Connections;

/// <summary>How often, when last, from where.</summary>
public sealed partial class KnockFacts
{
    [Parameter, EditorRequired]
    public required KnockSummary Knock { get; set; }

    [Inject]
    public required IStringLocalizer<ConnectionsText> Text { get; init; }
}
