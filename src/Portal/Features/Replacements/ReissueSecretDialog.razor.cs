using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Replacements;

/// <summary>The same hardware gets a new secret: the way out wherever one was not stored.</summary>
public sealed partial class ReissueSecretDialog
{
    private readonly string _id = $"reissue-{Guid.NewGuid():N}";
    private AssetDetail? _asset;
    private Access? _access;
    private ReplacementReason? _reason;
    private string _note = "";
    private OnceOnlyChange _change = null!;
    private Error? _loadError;

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
    public required ILogger<ReissueSecretDialog> Logger { get; init; }

    private string? WhyOff =>
        _change.WhyNot is { } why ? why
        : _access?.Has(Right.Replace) != true ? Text["CheckMayNot"].Value
        : _reason is null ? Text["WhyNoReason"].Value
        : null;

    protected override Task OnInitializedAsync()
    {
        _change = new OnceOnlyChange(Errors, Text, Logger);
        return LoadAsync();
    }

    private async Task LoadAsync()
    {
        var asset = await AssetReads.GetAsync(await Current.GetAsync(), AssetId);
        (_asset, _loadError) = (asset.Value, asset.Error);
        _access = (await Current.GetAccessAsync()).Value;
    }

    private Task TouchAsync()
    {
        _change.Touch();
        return Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
    }

    private async Task SubmitAsync()
    {
        // First, so that what is checked below is what is sent.
        var actor = await Current.GetAsync();
        if (WhyOff is not null || _asset is not { } asset)
        {
            return;
        }

        await _change.SendAsync(asset.AssetId, operationId => Replacements.ReissueAsync(
            actor,
            new ReissueSecretRequest(AssetSelector.Asset(asset.AssetId), _reason!.Value, _note, asset.Version, operationId)));
        if (_change.Made is not null)
        {
            await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
        }
    }

    private Task ReloadAsync()
    {
        _change.Reload();
        return LoadAsync();
    }

    private void Close() => Dialog.Close();
}
