using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Devices;

public sealed partial class DeviceListPage
{
    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }
}
