using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>Editing, disabling, enabling and deleting one device, for whoever may: in the drawer and on the asset page.</summary>
public sealed partial class DeviceManagement
{
    private readonly DeviceEditForm _form = new();
    private ElementReference _first;
    private ElementReference _editButton;
    private DeviceTask _task;
    private FieldInvalid? _invalid;
    private string? _failure;
    private string? _typed;
    private int _seenVersion;
    private bool _isBusy;
    private bool _movesFocus;

    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required DeviceService Devices { get; init; }

    [Inject]
    public required DeviceUpdateService Updates { get; init; }

    [Parameter, EditorRequired]
    public required AssetDetail Device { get; set; }

    /// <summary>The device is another one now, or somebody else was faster: time to read it again.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnDeleted { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_movesFocus)
        {
            _movesFocus = false;
            await (_task == DeviceTask.None ? _editButton : _first).FocusAsync();
        }
    }

    private void Begin(DeviceTask task)
    {
        // What is confirmed is what was on the screen when it was asked for, whatever arrives in between.
        (_task, _seenVersion, _failure, _invalid, _typed, _movesFocus) = (task, Device.Version, null, null, null, true);
        (_form.Name, _form.NameZh, _form.Description) = (Device.Name, Device.NameZh, Device.Description);
    }

    private void Leave() => (_task, _invalid, _movesFocus) = (DeviceTask.None, null, true);

    private Task SwitchAsync() => DoAsync(async () =>
    {
        var actor = await Current.GetAsync();
        var selector = AssetSelector.Asset(Device.AssetId);
        return _task == DeviceTask.Disable
            ? await Devices.DisableAsync(actor, selector, _seenVersion)
            : await Devices.EnableAsync(actor, selector, Device.Version);
    });

    private Task SaveAsync() => DoAsync(async () => await Updates.UpdateAsync(
        await Current.GetAsync(), new UpdateDeviceRequest(AssetSelector.Asset(Device.AssetId), IsPatch: true)
        {
            Name = _form.Name ?? "",
            NameZh = _form.NameZh ?? "",
            Description = _form.Description ?? "",
            SeenVersion = _seenVersion,
        }));

    private async Task DeleteAsync()
    {
        if (_typed == Device.AssetId)
        {
            await DoAsync(async () => await Devices.DeleteAsync(await Current.GetAsync(), AssetSelector.Asset(Device.AssetId), _seenVersion), OnDeleted);
        }
    }

    private Task DoAsync(Func<Task<Result<ChangedDevice>>> change) => DoAsync(change, OnChanged);

    private async Task DoAsync(Func<Task<Result<ChangedDevice>>> change, EventCallback done)
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var result = await change();
            if (result.Error is FieldInvalid invalid)
            {
                (_invalid, _failure) = (invalid, null);
                return;
            }

            (_invalid, _failure) = (null, result.Error is { } error ? Errors.Of(error) : null);
            if (result.IsSuccess)
            {
                Leave();
                await done.InvokeAsync();
            }
            else
            {
                // Form and question stay; a second try is for the device as it is shown now.
                await OnChanged.InvokeAsync();
                _seenVersion = Device.Version;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private string? InvalidAt(string field) => _invalid?.Field == field ? "true" : null;

    private enum DeviceTask
    {
        None,
        Edit,
        Disable,
        Delete,
    }
}

/// <summary>What a person types about a device.</summary>
public sealed class DeviceEditForm
{
    public string? Name { get; set; }

    public string? NameZh { get; set; }

    public string? Description { get; set; }
}
