using Microsoft.AspNetCore.Components;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>
/// A few rows of the device grid, one component for them and without styles of its own: a component a row, or a scope
/// attribute on each of its elements, would be sent with every row.
/// </summary>
public sealed partial class DeviceTableRows : IHandleEvent
{
    /// <summary>So many at most: a change of one row costs looking at these, a new page one component for each such group.</summary>
    public const int Most = 5;

    private readonly List<DeviceGridRow> _places = [];

    /// <summary>Which of the grid's rows is its first.</summary>
    [Parameter, EditorRequired]
    public required int First { get; set; }

    private int End => Math.Min(First + Most, Rows.Count);

    /// <summary>Takes these rows, and draws where one of its own is another.</summary>
    public void Show(IReadOnlyList<DeviceRow> rows)
    {
        var (before, isChanged) = (Rows, false);
        Rows = rows;
        for (var index = First; index < End; index++)
        {
            isChanged |= !ReferenceEquals(before[index], rows[index]);
        }

        if (isChanged)
        {
            StateHasChanged();
        }
    }

    /// <summary>The page draws; a click by itself changes nothing here.</summary>
    Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem callback, object? arg) => callback.InvokeAsync(arg);

    private DeviceGridRow PlaceOf(int index)
    {
        while (_places.Count <= index - First)
        {
            _places.Add(new DeviceGridRow(Grid));
        }

        var place = _places[index - First];
        place.Show(Rows[index], Columns, Labels);
        return place;
    }
}
