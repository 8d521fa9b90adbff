using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>
/// A row of the device grid, drawn again only when what it shows has changed. Rows belong to places, not to devices: the
/// next result changes texts in the rows that are there, which sends half of what new rows would.
/// </summary>
public sealed partial class DeviceTableRow : IHandleEvent
{
    private (DeviceRow Row, bool IsSelected, bool IsOpen, DeviceColumns Columns, DeviceRowLabels Labels)? _drawn;
    private bool _isStale = true;

    /// <summary>Whom it tells of clicks: one reference, where callbacks would be several objects a row.</summary>
    [Parameter, EditorRequired]
    public required DeviceListPage Grid { get; set; }

    [Parameter, EditorRequired]
    public required DeviceRow Row { get; set; }

    [Parameter, EditorRequired]
    public required DeviceRowLabels Labels { get; set; }

    [Parameter]
    public int Index { get; set; }

    [Parameter]
    public bool IsSelected { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public DeviceColumns Columns { get; set; }

    protected override void OnParametersSet()
    {
        var now = (Row, IsSelected, IsOpen, Columns, Labels);
        _isStale = !now.Equals(_drawn);
        _drawn = now;
    }

    protected override bool ShouldRender() => _isStale;

    /// <summary>The page draws; a click by itself changes nothing here.</summary>
    Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem callback, object? arg) => callback.InvokeAsync(arg);

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private bool Shows(DeviceColumns column) => (Columns & column) != 0;

    private void Open() => Grid.Open(Row.AssetId);

    private void Toggle() => Grid.Toggle(Row.AssetId);
}
