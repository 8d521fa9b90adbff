using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>The rows of the device grid in groups, of which a change elsewhere draws only its own.</summary>
public sealed partial class DeviceTableBody
{
    /// <summary>Only as many as there are rows for are on the screen.</summary>
    private DeviceTableRows?[] Groups { get; } = new DeviceTableRows?[(DeviceQuery.PageSizes[^1] + DeviceTableRows.Most - 1) / DeviceTableRows.Most];

    /// <summary>Draws these rows without the page around them; there are as many as before.</summary>
    public void Show(IReadOnlyList<DeviceRow> rows)
    {
        Rows = rows;
        for (var first = 0; first < rows.Count; first += DeviceTableRows.Most)
        {
            Groups[first / DeviceTableRows.Most]?.Show(rows);
        }
    }
}
