using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Broker;
using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Live;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Features.Devices;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Home;

/// <summary>What waits: secrets to confirm, hardware to connect; and how the fleet is.</summary>
public sealed partial class HomePage : IDisposable
{
    private const int ListLength = 8;
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    /// <summary>What somebody waits for is read this soon after its event; whatever else moves in the fleet, with the next tick.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(100);
    private static readonly DeviceStatus[] s_statuses = [DeviceStatus.Online, DeviceStatus.Offline, DeviceStatus.Inactive, DeviceStatus.Disabled];

    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _awaited = new(0);
    private OrganizationAccess? _organization;
    private Actor? _actor;
    private StatusCounts? _counts;
    private IReadOnlyList<OpenReveal> _reveals = [];
    private IReadOnlyList<ReplacementSummary> _waiting = [];
    private IReadOnlyList<ReplacementSummary> _recent = [];
    private ILookup<string, KnockSummary> _knocks = Array.Empty<KnockSummary>().ToLookup(knock => knock.AssetId);
    private IDisposable? _events;
    private DateTimeOffset _readAt;
    private string? _failure;
    private bool _mayManage;
    private int _revision;
    private int _isStale;

    [Inject]
    public required IStringLocalizer<HomeText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<SharedText> Shared { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required AssetQueries Replacements { get; init; }

    [Inject]
    public required ConnectionQueries Connections { get; init; }

    [Inject]
    public required DeviceQueries Devices { get; init; }

    [Inject]
    public required RevealService Reveals { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required BrokerState Broker { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [SupplyParameterFromQuery(Name = PortalRoutes.OrganizationParameter)]
    public string? OrganizationId { get; set; }

    public void Dispose()
    {
        _events?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _actor = await Current.GetAsync();
        var organization = await Current.GetOrganizationAsync(_gone.Token);
        if (organization.Error is { } error)
        {
            _failure = Errors.Of(error);
            return;
        }

        _organization = organization.Value;
        _mayManage = (await Current.GetAccessAsync(_gone.Token)).Value?.Has(Right.ManageDevices) == true;
        await ReadAsync();
        if (RendererInfo.IsInteractive)
        {
            _events = Live.Subscribe(Hear);
            _ = FollowAsync();
        }
    }

    private async Task ReadAsync()
    {
        var organizationId = _organization!.OrganizationId;
        var counts = await Devices.StatusCountsAsync(_actor, organizationId, _gone.Token);
        var reveals = await Reveals.MineAsync(_actor, _gone.Token);
        var waiting = await Replacements.WaitingAsync(_actor, organizationId, ListLength, _gone.Token);
        var recent = await Replacements.RecentAsync(_actor, organizationId, ListLength, _gone.Token);
        if ((counts.Error ?? reveals.Error ?? waiting.Error ?? recent.Error) is { } error)
        {
            _failure = Errors.Of(error);
            return;
        }

        var knocks = await Connections.KnocksAsync(_actor, [.. waiting.Value!.Select(change => change.AssetId)], _gone.Token);
        (_counts, _reveals, _waiting, _recent) = (counts.Value, reveals.Value!, waiting.Value!, recent.Value!);
        _readAt = Clock.GetUtcNow();
        _knocks = (knocks.Value ?? []).ToLookup(knock => knock.AssetId);
        _revision++;
    }

    /// <summary>In the dispatcher: only notes that something changed; a burst of events is one look at the database.</summary>
    private void Hear(FleetEvent fleetEvent)
    {
        var concerns = fleetEvent switch
        {
            DeviceChangedEvent device => device.OrganizationNumber == _organization?.Number,
            DevicesChangedEvent devices => devices.OrganizationNumber == _organization?.Number,
            ReplacementChangedEvent replacement => replacement.OrganizationNumber == _organization?.Number,
            ConnectionLogChangedEvent log => _waiting.Any(change => change.AssetId == log.AssetId),
            RevealChangedEvent reveal => reveal.OwnerIssuer == _actor?.Issuer && reveal.OwnerSubject == _actor.Subject,
            _ => false,
        };
        if (concerns)
        {
            Volatile.Write(ref _isStale, 1);
        }

        if (concerns && fleetEvent is ReplacementChangedEvent && _awaited.CurrentCount == 0)
        {
            _awaited.Release();
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            while (!_gone.IsCancellationRequested)
            {
                if (await _awaited.WaitAsync(s_tick, _gone.Token))
                {
                    await Task.Delay(s_soon, _gone.Token);
                }

                if (Interlocked.Exchange(ref _isStale, 0) == 1)
                {
                    await InvokeAsync(ReadAsync);
                    await InvokeAsync(StateHasChanged);
                }
                else if (_reveals.Count > 0)
                {
                    _reveals = [.. _reveals.Where(reveal => Left(reveal) > TimeSpan.Zero)];
                    await InvokeAsync(StateHasChanged);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task CreateAsync()
    {
        if (await Dialogs.ShowNewDeviceAsync(_organization!.OrganizationId) is { } created)
        {
            await ReadAsync();
            await Dialogs.ShowSecretOfAsync(created);
        }
    }

    private TimeSpan Left(OpenReveal reveal) => reveal.TimeLeft - (Clock.GetUtcNow() - _readAt);

    private string TimeLeft(OpenReveal reveal) => Left(reveal).ToString(@"mm\:ss", CultureInfo.InvariantCulture);

    private long CountOf(DeviceStatus status) => _counts!.Counts.GetValueOrDefault(status);

    private string Percent(DeviceStatus status) => (CountOf(status) / (double)_counts!.Total).ToString("P1", CultureInfo.CurrentCulture);

    private string NameOf(DeviceStatus status) => Shared[$"Status{status}"];

    private string Filtered(DeviceStatus status) => PortalRoutes.Search($"status:{status.ToString().ToLowerInvariant()}", _organization?.OrganizationId);
}
