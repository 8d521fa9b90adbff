using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Access;
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
}
