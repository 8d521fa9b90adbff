using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Connections;
using Portal.Resources;

namespace Portal.Features.Connections;

/// <summary>Who tries to sign in as an asset and is refused: who it is, how often, and what to do.</summary>
public sealed partial class KnockNotes
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<KnockSummary> Knocks { get; set; }

    /// <summary>In which the asset is.</summary>
    [Parameter, EditorRequired]
    public required string OrganizationId { get; set; }

    /// <summary>Then a link opens elsewhere: the dialog goes on waiting.</summary>
    [Parameter]
    public bool InDialog { get; set; }

    [Parameter]
    public bool MayReplace { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnReissue { get; set; }

    [Inject]
    public required IStringLocalizer<ConnectionsText> Text { get; init; }

    /// <summary>What keeps the new hardware out comes first.</summary>
    private IEnumerable<KnockSummary> Sorted => Knocks.OrderBy(knock => KnockAdvice.Of(knock).IsHarmless);

    private string TitleOf(KnockSummary knock) => Text[$"Knock{KnockAdvice.Of(knock).Name}", knock.OtherAssetId ?? ""];
}
