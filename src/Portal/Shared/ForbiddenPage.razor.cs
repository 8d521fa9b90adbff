using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

public sealed partial class ForbiddenPage
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }
}
