using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>A new secret key for an application; says first what stops working.</summary>
public sealed partial class RotateSecretDialog
{
    private string _operationId = NewOperation();
    private CreatedApplication? _made;
    private string? _failure;
    private bool _isBusy;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ApplicationService Applications { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required ApplicationSummary Application { get; set; }

    private async Task RotateAsync()
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_isBusy || _made is not null)
        {
            return;
        }

        (_isBusy, _failure) = (true, null);
        try
        {
            var result = await Applications.RotateSecretAsync(await Current.GetAsync(), Application.AccessKey, _operationId);
            _made = result.Value;
            if (result.Error is { } error)
            {
                _operationId = error is StorageUnavailable ? _operationId : NewOperation();
                _failure = Errors.Of(error);
            }
        }
        finally
        {
            _isBusy = false;
        }

        // The title is drawn by the dialog around this one, which has not heard.
        Dialog.StateHasChanged();
    }

    private void Close() => Dialog.Close(_made is null ? DialogResult.Cancel() : DialogResult.Ok(true));

    private static string NewOperation() => Guid.CreateVersion7().ToString();
}
