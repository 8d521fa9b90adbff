using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Applications;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>The public keys of an application, the one in use first.</summary>
public sealed partial class ApplicationKeys
{
    /// <summary>Earlier ones are told while they may still matter to somebody who wonders why a secret does not open.</summary>
    private const int ShownRetired = 1;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<PublicKeySummary> Keys { get; set; }

    [Parameter]
    public EventCallback<PublicKeySummary> OnSwitch { get; set; }

    [Parameter]
    public EventCallback<PublicKeySummary> OnRemove { get; set; }

    private IReadOnlyList<PublicKeySummary> Shown =>
    [
        .. Of(PublicKeyState.Current),
        .. Of(PublicKeyState.Pending),
        .. Of(PublicKeyState.Retired).OrderByDescending(key => key.CreatedAt).Take(ShownRetired),
    ];

    private IEnumerable<PublicKeySummary> Of(PublicKeyState state) => Keys.Where(key => key.State == state);

    private static string BadgeOf(PublicKeyState state) => state switch
    {
        PublicKeyState.Current => "badge badge-good shape-check",
        PublicKeyState.Pending => "badge badge-warn shape-half",
        _ => "badge shape-hollow-square",
    };
}
