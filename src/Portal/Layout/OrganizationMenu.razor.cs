using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Layout;

/// <summary>Changes the organization by a link: the choice is in the address, not in a session.</summary>
public sealed partial class OrganizationMenu
{
    [Inject]
    public required IStringLocalizer<LayoutText> Text { get; init; }

    [Parameter, EditorRequired]
    public required ShellState State { get; set; }

    /// <summary>Where the person is now; an asset or an application belongs to one organization, so from there the way leads to the list.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    private string Target => Path.StartsWith("/assets/", StringComparison.Ordinal) ? PortalRoutes.Devices
        : Path.StartsWith($"{PortalRoutes.Applications}/", StringComparison.Ordinal) ? PortalRoutes.Applications
        : Path;

    private string Current =>
        State.Organizations.FirstOrDefault(organization => organization.Id == State.CurrentOrganizationId)?.Name ?? Text["ChooseOrganization"];
}
