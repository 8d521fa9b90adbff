using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Features.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>One device beside the list: what it is, how it is, and what can be done.</summary>
public sealed partial class DeviceDrawer
{
    private AssetDetail? _detail;
    private Right _rights;
    private string? _failure;
    private DeviceEditForm? _edit;
    private bool _isDeleting;
    private string? _typed;
    private int? _shown;

    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required AssetQueries AssetQueries { get; init; }

    [Inject]
    public required DeviceService Devices { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    /// <summary>Counts changes made elsewhere; a new one reads again.</summary>
    [Parameter]
    public int Revision { get; set; }

    [Parameter, EditorRequired]
    public required DeviceRowLabels Labels { get; set; }

    [Parameter]
    public string? OrganizationId { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback OnDeleted { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Revision)
        {
            _shown = Revision;
            _rights = (await Current.GetAccessAsync()).Value?.Rights ?? Right.None;
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var detail = await AssetQueries.GetAsync(await Current.GetAsync(), AssetId);
        _detail = detail.Value;
        _failure = detail.IsSuccess ? null : Errors.Of(detail.Error);
    }

    private Task ReplaceAsync() => Dialogs.ShowReplaceAsync(AssetId);

    private async Task SwitchAsync()
    {
        var actor = await Current.GetAsync();
        var selector = AssetSelector.Asset(AssetId);
        await AfterAsync(_detail!.Status == DeviceStatus.Disabled
            ? await Devices.EnableAsync(actor, selector, _detail.Version)
            : await Devices.DisableAsync(actor, selector, _detail.Version));
    }

    private void Edit() => _edit = new DeviceEditForm { Name = _detail!.Name, NameZh = _detail.NameZh, Description = _detail.Description };

    private async Task SaveAsync()
    {
        var result = await Devices.EditAsync(
            await Current.GetAsync(), new EditDeviceRequest(AssetId, _detail!.Version, _edit!.Name ?? "", _edit.NameZh, _edit.Description));
        await AfterAsync(result);
        _edit = result.IsSuccess ? null : _edit;
    }

    private async Task DeleteAsync()
    {
        if (_typed != AssetId)
        {
            return;
        }

        var result = await Devices.DeleteAsync(await Current.GetAsync(), AssetSelector.Asset(AssetId), _detail!.Version);
        if (result.IsSuccess)
        {
            await OnDeleted.InvokeAsync();
            return;
        }

        await AfterAsync(result);
    }

    /// <summary>Shows the device as it is now; a refusal stays on the screen beside it.</summary>
    private async Task AfterAsync(Result<ChangedDevice> result)
    {
        await LoadAsync();
        _failure = result.IsSuccess ? _failure : Errors.Of(result.Error);
    }
}

/// <summary>What a person types about a device.</summary>
public sealed class DeviceEditForm
{
    public string? Name { get; set; }

    public string? NameZh { get; set; }

    public string? Description { get; set; }
}
