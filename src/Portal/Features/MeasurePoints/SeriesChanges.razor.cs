using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.MeasurePoints;
using Portal.Resources;

namespace Portal.Features.MeasurePoints;

/// <summary>What each replacement in the range did to the series; values as they were sent.</summary>
public sealed partial class SeriesChanges
{
    [Parameter, EditorRequired]
    public required Series Series { get; set; }

    [Inject]
    public required IStringLocalizer<MeasurePointsText> Text { get; init; }

    private static string Value(MeasuredValue? value) => value is null ? "–" : value.Text ?? SeriesNumbers.Format(value.Number!.Value);

    private string NothingYet(int index) => index == Series.Changes.Count - 1 ? Text["NothingYet"] : Text["NeverSent"];
}
