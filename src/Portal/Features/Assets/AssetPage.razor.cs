using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Features.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Assets;

/// <summary>One asset for life: what is behind it now, what was, and what may be done about it.</summary>
public sealed partial class AssetPage : IDisposable
{
    private const int FirstLines = 10;
    private const int MoreLines = 30;

    private readonly Refresh _everything;
    private readonly Refresh _connectionsOnly;
    private IDisposable? _live;
    private AssetConnections? _connections;
    private string? _loaded;
    private int _lines = FirstLines;
    private AssetDetail? _asset;
    private Access? _access;
    private OpenReveal? _mine;
    private Error? _error;
    private bool _isUnknown;
    private bool _hasOpened;
    private bool _showsApi;
    private int _revision;

    public AssetPage()
    {
        _everything = new Refresh(FollowAsync);
        _connectionsOnly = new Refresh(FollowConnectionsAsync);
    }

    [Parameter]
    public required string AssetId { get; set; }

    [SupplyParameterFromQuery(Name = PortalRoutes.ReplaceParameter)]
    public string? Replace { get; set; }

    [SupplyParameterFromQuery(Name = PortalRoutes.FormerKeyParameter)]
    public string? FormerKey { get; set; }

    [Inject]
    public required IStringLocalizer<AssetsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required AssetQueries Reads { get; init; }

    [Inject]
    public required ConnectionQueries ConnectionReads { get; init; }

    [Inject]
    public required RevealService Reveals { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private HardwarePeriod? FormerPeriod => HardwarePeriod.Of(_asset!).FirstOrDefault(period => period.Until is not null && period.DeviceKey == FormerKey);

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _live = Live.Subscribe(fleetEvent =>
            {
                var concerns = fleetEvent switch
                {
                    DeviceChangedEvent changed => changed.AssetId == AssetId,
                    ReplacementChangedEvent changed => changed.AssetId == AssetId,
                    DevicesChangedEvent => true,
                    RevealChangedEvent => _asset?.Waiting is not null,
                    _ => false,
                };
                if (concerns)
                {
                    _ = InvokeAsync(_everything.RunAsync);
                }
                else if (fleetEvent is ConnectionLogChangedEvent log && log.AssetId == AssetId)
                {
                    _ = InvokeAsync(_connectionsOnly.RunAsync);
                }
            });
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == AssetId)
        {
            return;
        }

        // A link from one asset to another keeps the page and changes what it is about.
        (_loaded, _asset, _connections, _hasOpened, _lines) = (AssetId, null, null, false, FirstLines);
        await LoadAsync();
        if (_isUnknown && !RendererInfo.IsInteractive)
        {
            Navigation.NotFound();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_asset is not null && Replace == "1" && !_hasOpened && May(Right.Replace))
        {
            _hasOpened = true;
            await Dialogs.ShowReplaceAsync(AssetId);
        }
    }

    private async Task FollowAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task FollowConnectionsAsync()
    {
        await LoadConnectionsAsync();
        StateHasChanged();
    }

    private async Task LoadConnectionsAsync() => _connections = (await ConnectionReads.ReadAsync(await Current.GetAsync(), AssetId, _lines)).Value;

    private Task ShowMoreAsync()
    {
        _lines += MoreLines;
        return LoadConnectionsAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await Current.GetAsync();
        var asset = await Reads.GetAsync(actor, AssetId);

        // Unknown and somebody else's look the same, here as in the core.
        (_asset, _error, _isUnknown) = (asset.Value, asset.Error, asset.Error is AssetNotFound);
        _access = (await Current.GetAccessAsync()).Value;
        await LoadConnectionsAsync();
        _mine = (await Reveals.MineAsync(actor)).Value?.FirstOrDefault(reveal => reveal.AssetId == AssetId);
        _revision++;
    }

    private bool May(Right right) => _access?.Has(right) == true;

    /// <summary>What was here is gone: back to the list it was in.</summary>
    private void LeaveDeleted() => Navigation.NavigateTo(PortalRoutes.InOrganization(PortalRoutes.Devices, _asset?.OrganizationId));

    public void Dispose() => _live?.Dispose();
}
