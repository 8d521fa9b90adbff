using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Layout;

/// <summary>The frame around every page: plain HTML, written once a document, so that it costs a circuit nothing.</summary>
public sealed partial class MainLayout
{
    private ShellState _state = ShellState.SignedOut;

    [Inject]
    public required IStringLocalizer<LayoutText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<SharedText> Shared { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required ShellStateSource Source { get; init; }

    private string Here => "/" + Navigation.ToBaseRelativePath(Navigation.Uri);

    private string Path => new Uri(Navigation.Uri).AbsolutePath;

    // An asset is a device looked at closely.
    private string Section => Path.StartsWith("/assets/", StringComparison.Ordinal) ? PortalRoutes.Devices
        : Path.StartsWith($"{PortalRoutes.Applications}/", StringComparison.Ordinal) ? PortalRoutes.Applications
        : Path;

    // The list has a search box of its own; two would be one too many.
    private bool ShowsSearch => Path != PortalRoutes.Devices;

    private IEnumerable<(string Path, string Icon, string Label)> Links
    {
        get
        {
            yield return (PortalRoutes.Home, IconShapes.Home, Text["Home"]);
            yield return (PortalRoutes.Devices, IconShapes.Device, Text["Devices"]);
            yield return (PortalRoutes.Products, IconShapes.Product, Text["Products"]);
            if (_state.ShowsImport)
            {
                yield return (PortalRoutes.Import, IconShapes.Import, Text["Import"]);
            }

            if (_state.ShowsApplications)
            {
                yield return (PortalRoutes.Applications, IconShapes.Application, Text["Applications"]);
            }

            if (_state.ShowsAudit)
            {
                yield return (PortalRoutes.Audit, IconShapes.Audit, Text["Audit"]);
            }

            if (_state.ShowsPeople)
            {
                yield return (PortalRoutes.People, IconShapes.People, Text["People"]);
            }
        }
    }

    protected override async Task OnInitializedAsync() => _state = await Source.GetAsync();

    private string InOrganization(string path) => PortalRoutes.InOrganization(path, _state.CurrentOrganizationId);
}
