using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.MeasurePoints;
using Portal.Resources;

namespace Portal.Features.MeasurePoints;

/// <summary>Where the reading of a meter is noted before it goes; nothing for an asset that never sent a number.</summary>
public sealed partial class BaselineFields
{
    private readonly string _pointId = $"baseline-{Guid.NewGuid():N}";
    private readonly string _valueId = $"baseline-{Guid.NewGuid():N}";
    private readonly string _sayId = $"baseline-{Guid.NewGuid():N}";
    private IReadOnlyList<MeasurePoint> _points = [];

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    [Parameter, EditorRequired]
    public required BaselineForm Form { get; set; }

    [Parameter]
    public EventCallback OnTouched { get; set; }

    [Inject]
    public required IStringLocalizer<MeasurePointsText> Text { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required MeasureQueries Measures { get; init; }

    private MeasurePoint? Picked => _points.FirstOrDefault(point => point.Name == Form.Point);

    private bool IsFaulty => Form.IsInvalid && Form.Typed.Length > 0;

    protected override async Task OnInitializedAsync() =>
        _points = [.. ((await Measures.PointsAsync(await Current.GetAsync(), AssetId)).Value ?? []).Where(point => point.IsNumber)];

    private Task PickAsync(string? point)
    {
        Form.Point = point ?? "";
        return OnTouched.InvokeAsync();
    }

    private Task TypeAsync(string? typed)
    {
        Form.Typed = typed ?? "";
        return OnTouched.InvokeAsync();
    }

    private Task UseAsync() => TypeAsync(Picked!.Last.Number!.Value.ToString("0.######", CultureInfo.InvariantCulture));
}
