using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Home;

public sealed partial class HomePage
{
    [Inject]
    public required IStringLocalizer<HomeText> Text { get; init; }
}
