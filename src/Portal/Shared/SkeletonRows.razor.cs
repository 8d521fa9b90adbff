using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>Rows to come.</summary>
public sealed partial class SkeletonRows
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

    [Parameter]
    public int Count { get; set; } = 8;
}
