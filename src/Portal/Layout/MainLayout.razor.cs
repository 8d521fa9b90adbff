using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Layout;

public sealed partial class MainLayout
{
    [Inject]
    public required IStringLocalizer<LayoutText> Text { get; init; }
}
