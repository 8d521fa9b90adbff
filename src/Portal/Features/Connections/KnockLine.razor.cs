using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Connections;
using Portal.Resources;

namespace Portal.Features.Connections;

/// <summary>Refused sign-ins in one line, for a list.</summary>
public sealed partial class KnockLine
{
    [Parameter, EditorRequired]
    public required KnockSummary Knock { get; set; }

    [Inject]
    public required IStringLocalizer<ConnectionsText> Text { get; init; }
}
