using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Core.Devices;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>The words that every row of a grid needs, looked up once a page and not once a row.</summary>
public sealed class DeviceRowLabels(IStringLocalizer<DevicesText> texts, IStringLocalizer<SharedText> shared, string organizationId)
{
    private readonly bool _isChinese = CultureInfo.CurrentUICulture.Name.StartsWith("zh", StringComparison.Ordinal);
    private readonly (string Classes, string Word)[] _statuses =
        [.. Enum.GetValues<DeviceStatus>().Select(status => BadgeLook.Of(status)).Select(look => (look.Classes, (string)shared[look.TextKey]))];

    public string Awaiting { get; } = texts["AwaitingHardware"];

    /// <summary>When a device was last seen that is connected: its last sign-in may be long ago.</summary>
    public string SeenNow { get; } = texts["SeenNow"];

    public (string Classes, string Word) Status(DeviceStatus status) => _statuses[(int)status];

    public string Href(string assetId) => PortalRoutes.Asset(assetId, organizationId);

    public string Name(string name, string? nameZh) => _isChinese && nameZh is not null ? nameZh : name;

    public string Former(string deviceKey, DateTimeOffset until) =>
        texts["WasUntil", deviceKey, until.UtcDateTime.ToString(_isChinese ? "yyyy年M月d日" : "d MMM yyyy", CultureInfo.CurrentCulture)];
}
