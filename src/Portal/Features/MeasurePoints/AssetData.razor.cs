using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.MeasurePoints;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.MeasurePoints;

/// <summary>What an asset measured, across its hardware; it follows what comes in.</summary>
public sealed partial class AssetData : IDisposable
{
    private const int PauseForEachLook = 20;

    /// <summary>Between two looks at what came in, however much that was; longer where a look takes long.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _following;
    private IReadOnlyList<MeasurePoint>? _points;
    private Series? _series;
    private Error? _error;
    private object? _seen;
    private string _point = "";
    private SeriesRange _range = SeriesRange.Day;
    private bool _isRaw;
    private bool _showsTable;
    private int _isLate;
    private TimeSpan _lookTook;

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    /// <summary>Anything that changes when the hardware may have changed.</summary>
    [Parameter, EditorRequired]
    public required object Revision { get; set; }

    [Inject]
    public required IStringLocalizer<MeasurePointsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required MeasureQueries Measures { get; init; }

    [Inject]
    public required MeasureFeed Feed { get; init; }

    [Inject]
    public required IOptions<MeasureOptions> Limits { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private MeasurePoint? Picked => _points?.FirstOrDefault(point => point.Name == _point);

    private string LastText => Picked is not { Last: var last, Offset: var offset } ? "" : last.Number is { } number ? SeriesNumbers.Format(number + (_isRaw ? 0 : offset)) : last.Text ?? "";

    /// <summary>The shortest range that reaches back to the latest value.</summary>
    private SeriesRange? WideEnough => Picked is { } point
        ? Enum.GetValues<SeriesRange>().Cast<SeriesRange?>().FirstOrDefault(range => point.Last.At > Clock.GetUtcNow() - range!.Value.Length())
        : null;

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _following = Feed.Follow(AssetId, Hear);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!Equals(_seen, Revision))
        {
            _seen = Revision;
            await LoadAsync();
        }
    }

    /// <summary>Called for every commit: only the first one in a while does anything.</summary>
    private void Hear()
    {
        if (Interlocked.Exchange(ref _isLate, 1) == 0)
        {
            _ = InvokeAsync(CatchUpAsync);
        }
    }

    private async Task CatchUpAsync()
    {
        try
        {
            var pause = _lookTook * PauseForEachLook;
            await Task.Delay(pause > s_pause ? pause : s_pause, Clock, _gone.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        // First, so that what comes while this reads is heard.
        Interlocked.Exchange(ref _isLate, 0);
        await LoadAsync();
        StateHasChanged();
    }

    private async Task PickPointAsync(string? point)
    {
        _point = point ?? "";
        await LoadAsync();
    }

    private async Task PickRangeAsync(SeriesRange range)
    {
        _range = range;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await Current.GetAsync();
        var points = await Measures.PointsAsync(actor, AssetId);
        (_points, _error) = (points.Value, points.Error);
        if (_points is not { Count: > 0 })
        {
            return;
        }

        if (Picked is null)
        {
            _point = (_points.FirstOrDefault(point => point.IsNumber) ?? _points[0]).Name;
        }

        var (asked, range, began) = (_point, _range, Clock.GetTimestamp());
        var series = await Measures.ReadAsync(actor, AssetId, asked, range);

        // A click meanwhile has asked for another one.
        if ((asked, range) == (_point, _range))
        {
            (_series, _error, _lookTook) = (series.Value, series.Error, Clock.GetElapsedTime(began));
        }
    }

    public void Dispose()
    {
        _following?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }
}
