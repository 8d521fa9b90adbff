using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

public sealed partial class ReconnectModal
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }
}
