using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>Beside an asset: the requests for what the person may do with it now.</summary>
public sealed partial class SameAsAsset
{
    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Parameter, EditorRequired]
    public required AssetDetail Asset { get; set; }

    [Parameter]
    public Access? Access { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    private IReadOnlyList<ConnectCall> Calls => [.. CallsFor(new Uri(Navigation.BaseUri))];

    private string? SamplesAddress => Access?.Has(Right.ManageApplications) == true
        ? PortalRoutes.InOrganization(PortalRoutes.Applications, Asset.OrganizationId)
        : null;

    private IEnumerable<ConnectCall> CallsFor(Uri portal)
    {
        if (Access?.Has(Right.Replace) == true)
        {
            yield return ConnectCall.Replace(portal, Asset.OrganizationId, Asset.AssetId, null, requireSecret: true);
        }

        yield return ConnectCall.Get(portal, Asset.OrganizationId, Asset.AssetId);
        if (Access?.Has(Right.ManageDevices) == true)
        {
            yield return Asset.Status == DeviceStatus.Disabled
                ? ConnectCall.Enable(portal, Asset.OrganizationId, Asset.AssetId)
                : ConnectCall.Disable(portal, Asset.OrganizationId, Asset.AssetId);
        }
    }
}
