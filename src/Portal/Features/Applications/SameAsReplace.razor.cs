using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>In the replace dialog: the request that would do what is filled in so far.</summary>
public sealed partial class SameAsReplace
{
    private bool _isOpen;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Parameter, EditorRequired]
    public required string OrganizationId { get; set; }

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    /// <summary>Null while what is typed is no key.</summary>
    [Parameter]
    public string? NewDeviceKey { get; set; }

    [Parameter]
    public bool RequireSecret { get; set; }

    private IReadOnlyList<ConnectCall> Calls =>
        [ConnectCall.Replace(new Uri(Navigation.BaseUri), OrganizationId, AssetId, NewDeviceKey, RequireSecret)];
}
