using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Replacements;

/// <summary>New hardware for an asset: what stays, what retires, the new key, the checks; then its secret and the wait for it.</summary>
public sealed partial class ReplaceDeviceDialog : IDisposable
{
    private const int GroupLength = 4;
    private static readonly TimeSpan s_typingPause = TimeSpan.FromMilliseconds(250);

    private readonly string _id = $"replace-{Guid.NewGuid():N}";
    private readonly ReplaceDeviceForm _form = new();
    private OnceOnlyChange _change = null!;
    private CancellationTokenSource? _checking;
    private IDisposable? _live;
    private AssetDetail? _asset;
    private Access? _access;
    private NewKeyCheck? _check;
    private string? _refusedKey;
    private string? _refusal;
    private Error? _loadError;
    private bool _showsGroups;
    private bool _isTouched;

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

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
    public required ReplacementService Replacements { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<ReplaceDeviceDialog> Logger { get; init; }

    private IReadOnlyList<PreflightLine> Lines => [.. new Preflight(Text).OfReplacement(_form, _check, _asset!, _access)];

    private string? KeyError =>
        _refusedKey is not null && _refusedKey == _form.Key ? _refusal
        : _form.Fault == DeviceKeyFault.IllegalCharacter ? new Preflight(Text).Illegal(_form)
        : _form.Fault == DeviceKeyFault.TooLong ? Text["CheckKeyTooLong", _form.Key.Length - DeviceKey.MaxLength].Value
        : _asset is { } asset && _form.Key == asset.DeviceKey ? Text["CheckSame"].Value
        : _check is { IsInUse: true, UsedBy: { } user } ? Text["CheckInUseBy", user].Value
        : _check is { IsInUse: true } ? Text["CheckInUse"].Value
        : null;

    private bool HasKeyFault => KeyError is not null;

    private string KeyHint => _form.Fault == DeviceKeyFault.TooShort
        ? Text["CheckKeyTooShort", DeviceKey.MinLength - _form.Key.Length].Value
        : Text["KeyRule"].Value;

    /// <summary>The text up to the first character that a key cannot hold: drawn behind the field, it marks the place.</summary>
    private (string Before, string At)? Marks => _form is { Fault: DeviceKeyFault.IllegalCharacter, FirstIllegal: var at } && _form.Typed == _form.Key
        ? (_form.Typed[..at], _form.Typed.Substring(at, 1))
        : null;

    /// <summary>Why the button does nothing; also asked before anything is sent, because a click may have been on its way.</summary>
    private string? WhyOff =>
        _change.WhyNot is { } why ? why
        : _access?.Has(Right.Replace) != true ? Text["CheckMayNot"].Value
        : _form.Fault == DeviceKeyFault.Missing ? Text["WhyNoKey"].Value
        : _form.Fault == DeviceKeyFault.TooShort ? Text["CheckKeyTooShort", DeviceKey.MinLength - _form.Key.Length].Value
        : KeyError is { } error ? error
        : _check is null ? Text["CheckFreeAsking"].Value
        : _form.Reason is null ? Text["WhyNoReason"].Value
        : _form.Baseline.IsInvalid ? Text["WhyNoReading"].Value
        : null;

    protected override async Task OnInitializedAsync()
    {
        _change = new OnceOnlyChange(Errors, Text, Logger, TakeRefusal);
        _live = Live.Subscribe(fleetEvent =>
        {
            if (fleetEvent is DeviceChangedEvent changed && changed.AssetId == AssetId)
            {
                _ = InvokeAsync(FollowAsync);
            }
        });
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await Current.GetAsync();
        var asset = await AssetReads.GetAsync(actor, AssetId);
        (_asset, _loadError) = (asset.Value, asset.Error);
        _access = (await Current.GetAccessAsync()).Value;
    }

    /// <summary>The old unit came or went while the dialog is open. A change by somebody else is told, not taken over.</summary>
    private async Task FollowAsync()
    {
        if (_asset is null || _change.Made is not null || _change.IsBusy)
        {
            return;
        }

        var now = (await AssetReads.GetAsync(await Current.GetAsync(), AssetId)).Value;
        if (now?.Version == _asset.Version)
        {
            _asset = now;
        }

        StateHasChanged();
    }

    private async Task TypeAsync(string? typed)
    {
        _form.Typed = typed ?? "";
        await TouchAsync();
        await CheckAsync();
    }

    /// <summary>When the field is left, it shows what is used.</summary>
    private void TidyKey() => _form.Tidy();

    private async Task TouchAsync()
    {
        _change.Touch();
        if (!_isTouched && !_form.IsPristine)
        {
            // From now on something would be lost.
            _isTouched = true;
            await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
        }
    }

    /// <summary>Asks the core about the key once the typing pauses; a newer text cancels the question.</summary>
    private async Task CheckAsync()
    {
        _checking?.Cancel();
        _check = null;
        if (_form.Fault != DeviceKeyFault.None || _asset is null)
        {
            return;
        }

        var checking = _checking = new CancellationTokenSource();
        try
        {
            await Task.Delay(s_typingPause, Clock, checking.Token);
            var result = await AssetReads.CheckNewKeyAsync(await Current.GetAsync(), AssetId, _form.Key, checking.Token);
            if (checking == _checking && !checking.IsCancellationRequested)
            {
                _check = result.Value;
                _change.Tell(result.Error);
            }
        }
        catch (OperationCanceledException)
        {
            // A newer question is on its way.
        }
    }

    private async Task SubmitAsync()
    {
        // First, so that what is checked below is what is sent.
        var actor = await Current.GetAsync();
        if (WhyOff is not null || _asset is not { } asset)
        {
            return;
        }

        _refusedKey = null;
        await _change.SendAsync(asset.AssetId, operationId => Replacements.ReplaceAsync(
            actor,
            new ReplaceDeviceRequest(
                AssetSelector.Asset(asset.AssetId), _form.Key, _form.HidesSecret ? SecretDelivery.None : SecretDelivery.Reveal, _form.Reason!.Value, _form.Note, asset.Version, operationId,
                asset.ProductAllowsActivation && _form.AllowsActivation)
            {
                Baselines = _form.Baseline.ToBaselines(),
            }));
        if (_change.Made is not null)
        {
            await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
        }
    }

    private bool TakeRefusal(Error error)
    {
        if (error is not (DeviceKeyInUse or DeviceKeyUnchanged or DeviceKeyInvalid))
        {
            return false;
        }

        (_refusedKey, _refusal) = (_form.Key, Errors.Of(error));
        return true;
    }

    private async Task ReloadAsync()
    {
        _change.Reload();
        await LoadAsync();
        await CheckAsync();
    }

    private async Task ReissueInsteadAsync()
    {
        Dialog.Close();
        await Dialogs.ShowReissueAsync(AssetId);
    }

    private void Close() => Dialog.Close();

    public void Dispose()
    {
        _live?.Dispose();
        _checking?.Cancel();
        _checking?.Dispose();
    }
}
