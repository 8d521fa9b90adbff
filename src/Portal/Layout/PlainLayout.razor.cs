using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Layout;

public sealed partial class PlainLayout
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }
}
