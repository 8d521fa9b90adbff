using Microsoft.AspNetCore.Components;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>
/// The rows of the device grid, one component for all of them and without styles of its own: a component a row, or a
/// scope attribute on each of its elements, would be sent with every row.
/// </summary>
public sealed partial class DeviceTableBody : IHandleEvent
{
    private readonly List<DeviceGridRow> _places = [];

    /// <summary>Whom it tells of clicks.</summary>
    [Parameter, EditorRequired]
    public required DeviceListPage Grid { get; set; }

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

    /// <summary>Draws these rows without the page around them.</summary>
    public void Show(IReadOnlyList<DeviceRow> rows)
    {
        Rows = rows;
        StateHasChanged();
    }

    /// <summary>The page draws; a click by itself changes nothing here.</summary>
    Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem callback, object? arg) => callback.InvokeAsync(arg);

    private DeviceGridRow PlaceOf(int index)
    {
        while (_places.Count <= index)
        {
            _places.Add(new DeviceGridRow(Grid));
        }

        _places[index].Show(Rows[index], Columns, Labels);
        return _places[index];
    }
}
