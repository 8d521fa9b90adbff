using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>Makes an application, then shows its secret key.</summary>
public sealed partial class NewApplicationDialog
{
    private readonly ApplicationForm _form = new();
    private string _operationId = NewOperation();
    private Access? _access;
    private CreatedApplication? _made;
    private FieldRefusal? _refusal;
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
    public required string OrganizationId { get; set; }

    protected override async Task OnInitializedAsync() => _access = (await Current.GetAccessAsync()).Value;

    private async Task CreateAsync()
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_isBusy || _made is not null)
        {
            return;
        }

        _isBusy = true;
        (_failure, _refusal) = (null, null);
        try
        {
            var result = await Applications.CreateAsync(await Current.GetAsync(), new CreateApplicationRequest(
                OrganizationId, _form.Name?.Trim() ?? "", _form.Rights, _form.AllowsClearText, _form.GivenClientId, _operationId));
            _made = result.Value;
            if (result.Error is { } error)
            {
                // What was refused is settled, and the next attempt another one; what could not be written is not.
                _operationId = error is StorageUnavailable ? _operationId : NewOperation();
                _refusal = FieldRefusal.Of(error, Errors);
                _failure = _refusal is null ? Errors.Of(error) : null;
            }
        }
        finally
        {
            _isBusy = false;
        }

        // The title is drawn by the dialog around this one, which has not heard.
        Dialog.StateHasChanged();
    }

    private void Close() => Dialog.Close(DialogResult.Ok(_made?.AccessKey));

    private static string NewOperation() => Guid.CreateVersion7().ToString();
}
