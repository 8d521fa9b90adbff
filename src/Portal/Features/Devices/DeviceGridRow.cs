using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>
/// A place in the device grid and what stands there. Places belong to the page, not to devices, so that the handlers of a
/// row are registered once and the next result changes attributes and texts of rows that are there.
/// </summary>
/// <remarks>
/// The cells that nothing can be focused in are two pieces of markup: a cell of elements costs a circuit four to seven
/// frames of 20 bytes, here it costs its text, and a tablet takes as long over each piece as over ten elements in it. What
/// moves when a device comes or goes is a piece by itself, so that every open grid is sent that and no more. Whatever can
/// hold the focus stays an element, which a change leaves alone.
/// </remarks>
internal sealed class DeviceGridRow(DeviceListPage grid)
{
    private const int UsualLength = 128;

    /// <summary>Leaves letters of every language as they are; what means something in HTML never.</summary>
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private (DeviceRow Row, DeviceColumns Columns, DeviceRowLabels Labels)? _shown;

    public string AssetId { get; private set; } = "";

    public string Href { get; private set; } = "";

    /// <summary>The cells up to the last one of what only people change.</summary>
    public MarkupString Record { get; private set; }

    /// <summary>The cells after it, which move by themselves: as usual the status, and when the device was last seen.</summary>
    public MarkupString Presence { get; private set; }

    public void Open() => grid.Open(AssetId);

    public void Toggle() => grid.Toggle(AssetId);

    public void Show(DeviceRow row, DeviceColumns columns, DeviceRowLabels labels)
    {
        if (_shown is { } last && last.Columns.Equals(columns) && last.Labels == labels && last.Row == row)
        {
            return;
        }

        _shown = (row, columns, labels);
        AssetId = row.AssetId;
        Href = labels.Href(row.AssetId);
        var shown = columns.Shown;
        var settled = shown.Count;
        while (settled > 0 && shown[settled - 1] is DeviceColumn.Status or DeviceColumn.Seen)
        {
            settled--;
        }

        Record = Cells(shown, 0, settled, row, labels);
        Presence = Cells(shown, settled, shown.Count, row, labels);
    }

    private static MarkupString Cells(IReadOnlyList<DeviceColumn> columns, int from, int to, DeviceRow row, DeviceRowLabels labels)
    {
        var html = new StringBuilder(UsualLength);
        for (var index = from; index < to; index++)
        {
            html.Append(columns[index] switch
            {
                DeviceColumn.Name => $"<td class=\"grow\">{Encoded(labels.Name(row.Name, row.NameZh))}</td>",
                DeviceColumn.Key => KeyCell(row, labels),
                DeviceColumn.Product =>
                    $"<td class=\"col-product\" title=\"{Encoded(row.ProductKey)}\">{Encoded(labels.Name(row.ProductName, row.ProductNameZh))}</td>",
                DeviceColumn.Replaced => TimeCell("col-replaced", row.ReplacedAt),
                DeviceColumn.Created => TimeCell("col-created", row.CreatedAt),
                DeviceColumn.Status => StatusCell(row, labels),
                _ => SeenCell(row, labels),
            });
        }

        return new MarkupString(html.ToString());
    }

    private static string KeyCell(DeviceRow row, DeviceRowLabels labels)
    {
        var former = row.FormerKey is { } key ? $"<span class=\"former\">{Encoded(labels.Former(key.DeviceKey, key.Until))}</span>" : "";
        return $"<td class=\"col-key key\">{Encoded(row.DeviceKey)}{former}</td>";
    }

    private static string StatusCell(DeviceRow row, DeviceRowLabels labels)
    {
        var (classes, word) = labels.Status(row.Status);
        var awaiting = row.IsAwaitingHardware && row.Status == DeviceStatus.Inactive && row.ReplacedAt is not null
            ? $"<span class=\"awaiting\">{Encoded(labels.Awaiting)}</span>" : "";
        return $"<td class=\"col-status\"><span class=\"{classes}\">{Encoded(word)}</span>{awaiting}</td>";
    }

    private static string SeenCell(DeviceRow row, DeviceRowLabels labels) =>
        row.Status == DeviceStatus.Online ? $"<td class=\"col-seen\">{Encoded(labels.SeenNow)}</td>" : TimeCell("col-seen", row.LastSeenAt);

    /// <summary>As <see cref="Instant"/> does, shorter: <c>portal.js</c> puts in what that has beside its text.</summary>
    private static string TimeCell(string classes, DateTimeOffset? at) => at is { } instant
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"<td class=\"{classes}\"><time data-instant=\"relative\">{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}</time></td>")
        : $"<td class=\"{classes}\"></td>";

    private static string Encoded(string text) => s_encoder.Encode(text);
}
