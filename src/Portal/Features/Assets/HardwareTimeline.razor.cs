using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Replacements;
using Portal.Resources;

namespace Portal.Features.Assets;

/// <summary>Everything that was behind an asset, newest first.</summary>
public sealed partial class HardwareTimeline
{
    [Parameter, EditorRequired]
    public required AssetDetail Asset { get; set; }

    /// <summary>A key that the reader came by; it is marked.</summary>
    [Parameter]
    public string? FormerKey { get; set; }

    [Inject]
    public required IStringLocalizer<AssetsText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<ReplacementsText> Words { get; init; }

    private static string? ClassOf(HardwarePeriod period) =>
        period.Until is not null ? null
        : period.PutInBy?.State == ReplacementState.AwaitingHardware || period.Reissues is [{ State: ReplacementState.AwaitingHardware }, ..] ? "waiting"
        : "now";
}
