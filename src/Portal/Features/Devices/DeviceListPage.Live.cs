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
    private DeviceTableBody? _body;
    private DeviceStatusTiles? _tiles;
    private Timer? _timer;
    private bool _isAnyChanged;
    private bool _isTimed;
    private long _countedAt;

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
                Wait(isVisible ? s_rowDelay : s_countDelay);
            }
        }
    }

    /// <summary>The next look at what changed; an earlier one is put off, or a later one is put forward.</summary>
    private void Wait(TimeSpan delay)
    {
        _isTimed = true;
        _timer ??= new Timer(page => ((DeviceListPage)page!).Tick(), this, Timeout.Infinite, Timeout.Infinite);
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
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

        var isDrawn = changed.Length == 0 || await RefreshRowsAsync(changed);
        if (Environment.TickCount64 - _countedAt >= s_countDelay.TotalMilliseconds)
        {
            await CountAsync();
            if (_counts is { } counts)
            {
                _tiles?.Show(counts);
            }
        }
        else
        {
            lock (_gate)
            {
                if (!_isTimed)
                {
                    Wait(s_countDelay);
                }
            }
        }

        if (!isDrawn)
        {
            StateHasChanged();
        }
    }

    /// <returns>Whether the rows are drawn, and nothing else of the page is to be.</returns>
    private async Task<bool> RefreshRowsAsync(IReadOnlyCollection<string> changed)
    {
        var rows = _rows;
        if (rows is null || (await Queries.RowsAsync(_actor, _organizationId, changed)).Value is not { } found)
        {
            return true;
        }

        var fresh = new List<DeviceRow>(rows.Count);
        foreach (var row in rows)
        {
            if (!changed.Contains(row.AssetId))
            {
                fresh.Add(row);
            }
            else if (found.TryGetValue(row.AssetId, out var now))
            {
                fresh.Add(now with { FormerKey = row.FormerKey });
            }
        }

        // A search that came in between knows better.
        if (!ReferenceEquals(rows, _rows) || _loading is not null)
        {
            return true;
        }

        _rows = fresh;
        if (_openAsset is { } open && changed.Contains(open))
        {
            _drawerRevision++;
            return false;
        }

        if (fresh.Count != rows.Count || _body is null)
        {
            return false;
        }

        _body.Show(fresh);
        return true;
    }
}
