using Portal.Core.Devices.Search;
using Portal.Core.Live;

namespace Portal.Features.Devices;

/// <summary>Changes made elsewhere: rows are read again where they stand, so that nothing moves under a pointer.</summary>
public sealed partial class DeviceListPage
{
    private static readonly TimeSpan s_rowDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_countDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private IDisposable? _subscription;
    private Timer? _timer;
    private bool _isAnyChanged;
    private bool _isTimed;

    /// <summary>Runs in the dispatcher of events: only notes what it is about.</summary>
    private void OnEvent(FleetEvent fleetEvent)
    {
        var (organization, assetId) = fleetEvent switch
        {
            DeviceChangedEvent device => (device.OrganizationNumber, device.AssetId),
            ReplacementChangedEvent replacement => (replacement.OrganizationNumber, replacement.AssetId),
            DevicesChangedEvent devices => (devices.OrganizationNumber, null),
            _ => (0L, (string?)null),
        };
        if (organization == 0 || organization != _organizationNumber)
        {
            return;
        }

        lock (_gate)
        {
            var isVisible = assetId is null || assetId == _openAsset || IsOnPage(assetId);
            _isAnyChanged |= assetId is null;
            if (isVisible && assetId is not null)
            {
                _changed.Add(assetId);
            }

            if (!_isTimed || (isVisible && _changed.Count == 1))
            {
                _isTimed = true;
                _timer ??= new Timer(page => ((DeviceListPage)page!).Tick(), this, Timeout.Infinite, Timeout.Infinite);
                _timer.Change(isVisible ? s_rowDelay : s_countDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private bool IsOnPage(string assetId)
    {
        var rows = _rows;
        for (var i = 0; i < rows?.Count; i++)
        {
            if (rows[i].AssetId == assetId)
            {
                return true;
            }
        }

        return false;
    }

    private void Tick() => _ = InvokeAsync(RefreshAsync);

    private async Task RefreshAsync()
    {
        string[] changed;
        bool isAnyChanged;
        lock (_gate)
        {
            (changed, isAnyChanged) = ([.. _changed], _isAnyChanged);
            _changed.Clear();
            (_isAnyChanged, _isTimed) = (false, false);
        }

        if (isAnyChanged)
        {
            await CountAsync();
            await LoadAsync();
            return;
        }

        var rows = _rows;
        var fresh = new List<DeviceRow>(rows ?? []);
        foreach (var assetId in changed)
        {
            var place = fresh.FindIndex(row => row.AssetId == assetId);
            var row = await FindAsync(assetId);
            if (place >= 0 && row is not null)
            {
                fresh[place] = row with { FormerKey = fresh[place].FormerKey };
            }
            else if (place >= 0)
            {
                fresh.RemoveAt(place);
            }
        }

        // A search that came in between knows better.
        if (rows is not null && ReferenceEquals(rows, _rows) && _loading is null)
        {
            _rows = fresh;
            _drawerRevision += changed.Contains(_openAsset) ? 1 : 0;
        }

        var counts = _counts;
        await CountAsync();
        if (changed.Length > 0 || counts is null || _counts is null || counts.Counts.Any(pair => _counts.Counts[pair.Key] != pair.Value))
        {
            StateHasChanged();
        }
    }

    private async Task<DeviceRow?> FindAsync(string assetId)
    {
        var page = await Queries.SearchAsync(_actor, new DeviceQuery
        {
            OrganizationId = _organizationId,
            Text = DeviceTerm.Of(DeviceField.Asset, assetId).ToString(),
            Sort = DeviceSort.Asset,
            WithCount = false,
        });
        return page.Value?.Rows.FirstOrDefault(row => row.AssetId == assetId);
    }
}
