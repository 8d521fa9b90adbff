using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Connections;
using Portal.Core.Replacements;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>Waits for the first accepted sign-in of the new hardware. It knows nothing but what the database says.</summary>
public sealed partial class HardwareWait
{
    private readonly string _tryId = $"try-{Guid.NewGuid():N}";

    [Parameter, EditorRequired]
    public required AssetDetail Asset { get; set; }

    /// <summary>None for a device that was just created.</summary>
    [Parameter, EditorRequired]
    public required ReplacementSummary? Replacement { get; set; }

    [Parameter]
    public bool MayReplace { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnReissue { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    /// <summary>Who tries to sign in meanwhile and is refused.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<KnockSummary> Knocks { get; set; }

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<SharedText> Shared { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private bool IsConnected => Replacement is null ? Asset.ActivatedAt is not null : Replacement.State == ReplacementState.Connected;

    private DateTimeOffset? ConnectedAt => Replacement is null ? Asset.ActivatedAt : Replacement.ConnectedAt;
}
