using Microsoft.AspNetCore.Components;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>What the rows of the device grid are drawn from: the same for all of them and for a few.</summary>
public abstract class DeviceTablePart : ComponentBase
{
    /// <summary>Whom it tells of clicks.</summary>
    [Parameter, EditorRequired]
    public required DeviceListPage Grid { get; set; }

    /// <summary>All of the grid's.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<DeviceRow> Rows { get; set; }

    [Parameter, EditorRequired]
    public required DeviceRowLabels Labels { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlySet<string> Selected { get; set; }

    [Parameter, EditorRequired]
    public required DeviceColumns Columns { get; set; }

    [Parameter]
    public string? OpenAsset { get; set; }
}
