using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Core;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Features.Replacements;

namespace Portal.Features.Devices;

/// <summary>The rows that are chosen, the row that is open, and what is done with them.</summary>
public sealed partial class DeviceListPage
{
    private readonly HashSet<string> _selected = new(StringComparer.Ordinal);
    private bool _isAllSelected;
    private bool _isBusy;
    private string? _outcome;
    private IReadOnlyList<RefusedDevice> _refused = [];
    private string? _openAsset;
    private int _drawerRevision;

    private bool IsPageSelected => _rows is { Count: > 0 } rows && _selected.Count == rows.Count;

    internal void Open(string assetId)
    {
        _openAsset = assetId;
        StateHasChanged();
    }

    internal void Toggle(string assetId)
    {
        if (!_selected.Remove(assetId))
        {
            _selected.Add(assetId);
        }

        _isAllSelected = false;
        StateHasChanged();
    }

    private void TogglePage()
    {
        var isSelected = IsPageSelected;
        Forget();
        if (!isSelected)
        {
            _selected.UnionWith(_rows!.Select(row => row.AssetId));
        }

        StateHasChanged();
    }

    private void SelectAll()
    {
        _isAllSelected = true;
        StateHasChanged();
    }

    private void Deselect()
    {
        Forget();
        StateHasChanged();
    }

    /// <summary>A selection is of what is on the screen: other rows, no selection.</summary>
    private void Forget()
    {
        _selected.Clear();
        _isAllSelected = false;
    }

    private void ForgetOutcome()
    {
        _outcome = null;
        StateHasChanged();
    }

    private void CloseDrawer()
    {
        _openAsset = null;
        StateHasChanged();
    }

    private async Task DeletedAsync()
    {
        _openAsset = null;
        await CountAsync();
        await LoadAsync();
    }

    private async Task CreateAsync()
    {
        if (await Dialogs.ShowNewDeviceAsync(_organizationId) is not { } created)
        {
            return;
        }

        (_outcome, _refused) = (Text["CreatedDevice", created.AssetId, created.DeviceKey], []);
        await CountAsync();
        await LoadAsync();
        await Dialogs.ShowSecretOfAsync(created);
    }

    private async Task ChangeSelectedAsync(bool isEnabling)
    {
        // Clicks queue up in the circuit: a disabled button does not stop the second one.
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var count = _isAllSelected ? Matching : _selected.Count;
            if (await ConfirmAsync(isEnabling, count))
            {
                await ChangeAsync(isEnabling);
            }
        }
        finally
        {
            _isBusy = false;
            StateHasChanged();
        }
    }

    private async Task<bool> ConfirmAsync(bool isEnabling, long count)
    {
        var dialog = await Dialogs.ShowAsync<ConfirmChangeDialog>(
            "",
            new DialogParameters<ConfirmChangeDialog> { { form => form.IsEnabling, isEnabling }, { form => form.Count, count } },
            new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, CloseOnEscapeKey = true });
        return await dialog.Result is { Canceled: false };
    }

    private async Task ChangeAsync(bool isEnabling)
    {
        var assetIds = await SelectedAsync();
        if (!assetIds.IsSuccess)
        {
            _failure = Errors.Of(assetIds.Error);
            return;
        }

        var result = isEnabling
            ? await Devices.EnableManyAsync(_actor, assetIds.Value)
            : await Devices.DisableManyAsync(_actor, assetIds.Value);
        if (!result.IsSuccess)
        {
            _failure = Errors.Of(result.Error);
            return;
        }

        _refused = result.Value.Refused;
        _outcome = Text[isEnabling ? "Enabled" : "Disabled", Number(result.Value.Changed), Number(_refused.Count)];
        await CountAsync();
        await LoadAsync();
    }

    private async Task<Result<IReadOnlyList<string>>> SelectedAsync()
    {
        if (!_isAllSelected)
        {
            return new List<string>(_selected);
        }

        var matches = await Queries.MatchAsync(_actor, _state.ToDeviceQuery(_organizationId, withCount: false) with { Cursor = null });
        return matches.IsSuccess ? matches.Value.Devices.Select(device => device.AssetId).ToList() : matches.Error;
    }
}
