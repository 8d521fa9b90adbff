using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>Keeps the fault of one part of a page from taking the page with it. The fault is logged by the framework.</summary>
public sealed partial class SectionBoundary
{
    [Inject]
    public required IStringLocalizer<SharedText> Text { get; init; }

}
