using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Replacements;

public sealed partial class PreflightList
{
    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<PreflightLine> Lines { get; set; }

    private static string ClassOf(PreflightVerdict verdict) => verdict switch
    {
        PreflightVerdict.Pass => "pass",
        PreflightVerdict.Warn => "warn",
        PreflightVerdict.Stop => "stop",
        _ => "muted",
    };

    private static string IconOf(PreflightVerdict verdict) => verdict switch
    {
        PreflightVerdict.Pass => IconShapes.Success,
        PreflightVerdict.Warn => IconShapes.Warning,
        PreflightVerdict.Stop => IconShapes.Stop,
        _ => IconShapes.Clock,
    };
}
