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
/// The cells that nothing can be focused in are one piece of markup: a cell of its own costs a circuit four to seven
/// frames of 20 bytes, here it costs its text. Whatever can hold the focus stays an element, which a change leaves alone.
/// </remarks>
internal sealed class DeviceGridRow(DeviceListPage grid)
{
    private const int UsualLength = 512;

    /// <summary>Leaves letters of every language as they are; what means something in HTML never.</summary>
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private (DeviceRow Row, DeviceColumns Columns, DeviceRowLabels Labels)? _shown;

    public string AssetId { get; private set; } = "";

    public string Href { get; private set; } = "";

    public MarkupString Cells { get; private set; }

    public void Open() => grid.Open(AssetId);

    public void Toggle() => grid.Toggle(AssetId);

    public void Show(DeviceRow row, DeviceColumns columns, DeviceRowLabels labels)
    {
        if (_shown is { } shown && shown.Columns == columns && shown.Labels == labels && shown.Row == row)
        {
            return;
        }

        _shown = (row, columns, labels);
        AssetId = row.AssetId;
        Href = labels.Href(row.AssetId);
        Cells = new MarkupString(CellsOf(row, columns, labels));
    }

    private static string CellsOf(DeviceRow row, DeviceColumns columns, DeviceRowLabels labels)
    {
        var html = new StringBuilder(UsualLength);
        if (columns.HasFlag(DeviceColumns.Name))
        {
            html.Append("<td class=\"grow\">").Append(Encoded(labels.Name(row.Name, row.NameZh))).Append("</td>");
        }

        if (columns.HasFlag(DeviceColumns.Key))
        {
            html.Append("<td><span class=\"key\">").Append(Encoded(row.DeviceKey)).Append("</span>");
            if (row.FormerKey is { } former)
            {
                html.Append("<span class=\"former\">").Append(Encoded(labels.Former(former.DeviceKey, former.Until))).Append("</span>");
            }

            html.Append("</td>");
        }

        if (columns.HasFlag(DeviceColumns.Status))
        {
            var (classes, word) = labels.Status(row.Status);
            html.Append("<td><span class=\"").Append(classes).Append("\">").Append(Encoded(word)).Append("</span>");
            if (row.IsAwaitingHardware && row.Status == DeviceStatus.Inactive && row.ReplacedAt is not null)
            {
                html.Append("<span class=\"awaiting\">").Append(Encoded(labels.Awaiting)).Append("</span>");
            }

            html.Append("</td>");
        }

        if (columns.HasFlag(DeviceColumns.Product))
        {
            html.Append("<td class=\"col-product\" title=\"").Append(Encoded(row.ProductKey)).Append("\">")
                .Append(Encoded(labels.Name(row.ProductName, row.ProductNameZh))).Append("</td>");
        }

        if (columns.HasFlag(DeviceColumns.Seen) && row.Status == DeviceStatus.Online)
        {
            html.Append("<td class=\"col-seen\">").Append(Encoded(labels.SeenNow)).Append("</td>");
        }
        else
        {
            AppendTime(html, columns.HasFlag(DeviceColumns.Seen), "col-seen", row.LastSeenAt);
        }

        AppendTime(html, columns.HasFlag(DeviceColumns.Replaced), "col-replaced", row.ReplacedAt);
        AppendTime(html, columns.HasFlag(DeviceColumns.Created), "col-created", row.CreatedAt);
        return html.ToString();
    }

    /// <summary>As <see cref="Instant"/> does; the title with the UTC text is put there by <c>portal.js</c>.</summary>
    private static void AppendTime(StringBuilder html, bool isShown, string classes, DateTimeOffset? at)
    {
        if (!isShown)
        {
            return;
        }

        html.Append("<td class=\"").Append(classes).Append("\">");
        if (at is { } instant)
        {
            html.Append(CultureInfo.InvariantCulture, $"<time datetime=\"{instant.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\" data-instant=\"relative\">{Instant.UtcText(instant)}</time>");
        }

        html.Append("</td>");
    }

    private static string Encoded(string text) => s_encoder.Encode(text);
}
