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
    private string _operationId = NewOperation();
    private string? _noteError;
    private string? _failure;
    private DeviceChanged? _changed;
    private Error? _loadError;
    private ReplacedDevice? _reissued;
    private bool _busy;

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
        _busy ? Text["WhyBusy"].Value
        : _access?.Has(Right.Replace) != true ? Text["CheckMayNot"].Value
        : _changed is not null ? Text["WhyChanged"].Value
        : _reason is null ? Text["WhyNoReason"].Value
        : null;

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var asset = await AssetReads.GetAsync(await Current.GetAsync(), AssetId);
        (_asset, _loadError) = (asset.Value, asset.Error);
        _access = (await Current.GetAccessAsync()).Value;
    }

    private Task TouchAsync()
    {
        _noteError = null;
        return Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
    }

    private async Task SubmitAsync()
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_busy || WhyOff is not null || _reissued is not null || _asset is not { } asset)
        {
            return;
        }

        _busy = true;
        (_failure, _noteError) = (null, null);
        try
        {
            var result = await Replacements.ReissueAsync(
                await Current.GetAsync(),
                new ReissueSecretRequest(AssetSelector.Asset(asset.AssetId), _reason!.Value, _note, asset.Version, _operationId));
            if (result.IsSuccess)
            {
                _reissued = result.Value;
                await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false });
            }
            else
            {
                Refuse(result.Error);
            }
        }
        catch (Exception exception)
        {
            // It may or may not have been done; the same operation asked again tells.
            Logger.LogError(exception, "Re-issuing the secret of {AssetId} had no outcome", asset.AssetId);
            _failure = Text["Unclear"];
        }
        finally
        {
            _busy = false;
        }
    }

    private void Refuse(Error error)
    {
        // What the core has refused is settled: the next attempt is another one. What it could not write is not.
        if (error is not StorageUnavailable)
        {
            _operationId = NewOperation();
        }

        switch (error)
        {
            case FieldInvalid { Field: "note" }:
                _noteError = Errors.Of(error);
                break;
            case DeviceChanged changed:
                _changed = changed;
                break;
            default:
                _failure = Errors.Of(error);
                break;
        }
    }

    private Task ReloadAsync()
    {
        _changed = null;
        return LoadAsync();
    }

    private void Close() => Dialog.Close();

    private static string NewOperation() => Guid.CreateVersion7().ToString();
}
