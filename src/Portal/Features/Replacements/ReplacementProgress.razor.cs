using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Live;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Replacements;

/// <summary>After the commit: the secret while its maker may see it, then the wait for the hardware. Live, from any tab.</summary>
public sealed partial class ReplacementProgress : IDisposable
{
    private readonly Refresh _refresh;
    private IDisposable? _live;
    private AssetDetail? _asset;
    private ReplacementSummary? _replacement;
    private OpenReveal? _reveal;
    private IReadOnlyList<KnockSummary> _knocks = [];
    private Error? _loadError;
    private bool _isConfirmed;
    private bool _mayReplace;

    public ReplacementProgress() => _refresh = new Refresh(FollowAsync);

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    /// <summary>Left out: the latest one.</summary>
    [Parameter]
    public long? ReplacementId { get; set; }

    [Parameter]
    public Guid? GrantId { get; set; }

    [Parameter]
    public bool JustMade { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<SharedText> Shared { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required AssetQueries AssetReads { get; init; }

    [Inject]
    public required ConnectionQueries Connections { get; init; }

    [Inject]
    public required RevealService Reveals { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _live = Live.Subscribe(fleetEvent =>
        {
            var concerns = fleetEvent switch
            {
                ReplacementChangedEvent changed => changed.AssetId == AssetId,
                DeviceChangedEvent changed => changed.AssetId == AssetId,
                ConnectionLogChangedEvent changed => changed.AssetId == AssetId,
                RevealChangedEvent changed => changed.GrantId == GrantId,
                _ => false,
            };
            if (concerns)
            {
                _ = InvokeAsync(_refresh.RunAsync);
            }
        });
        await LoadAsync();
    }

    private async Task FollowAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var actor = await Current.GetAsync();
        var asset = await AssetReads.GetAsync(actor, AssetId);
        (_asset, _loadError) = (asset.Value, asset.Error);
        _replacement = ReplacementId is { } id ? _asset?.History.FirstOrDefault(replacement => replacement.Id == id) : _asset?.History is [var latest, ..] ? latest : null;
        _knocks = (await Connections.KnocksAsync(actor, [AssetId])).Value ?? [];
        _mayReplace = (await Current.GetAccessAsync()).Value?.Has(Right.Replace) == true;
        _reveal = GrantId is null ? null : (await Reveals.MineAsync(actor)).Value?.FirstOrDefault(reveal => reveal.GrantId == GrantId);
    }

    private Task ConfirmAsync()
    {
        _isConfirmed = true;
        return LoadAsync();
    }

    private async Task ReissueAsync()
    {
        await OnClose.InvokeAsync();
        await Dialogs.ShowReissueAsync(AssetId);
    }

    public void Dispose() => _live?.Dispose();
}
