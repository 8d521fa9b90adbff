using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Resources;

namespace Portal.Features.Devices;

/// <summary>How many devices are in each status, each a filter; a component, so that a change of the numbers draws them and not the page.</summary>
public sealed partial class DeviceStatusTiles
{
    public static IReadOnlyList<DeviceStatus> Statuses { get; } = [DeviceStatus.Online, DeviceStatus.Offline, DeviceStatus.Inactive, DeviceStatus.Disabled];

    /// <summary>Nothing while they are counted.</summary>
    [Parameter, EditorRequired]
    public required StatusCounts? Counts { get; set; }

    [Parameter, EditorRequired]
    public required DeviceRowLabels Labels { get; set; }

    /// <summary>Whether the list shows devices of a status only.</summary>
    [Parameter, EditorRequired]
    public required Func<DeviceStatus, bool> IsChosen { get; set; }

    /// <summary>One for each of <see cref="Statuses"/>; the page hears of them, and draws.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<EventCallback> Clicks { get; set; }

    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }

    /// <summary>Draws these numbers without the page around them.</summary>
    public void Show(StatusCounts counts)
    {
        Counts = counts;
        StateHasChanged();
    }
}
