using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>Changes what an application is called and may do. Its keys stay.</summary>
public sealed partial class EditApplicationDialog
{
    private ApplicationForm _form = new();
    private Access? _access;
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

    /// <summary>As it was shown when the person chose to change it.</summary>
    [Parameter, EditorRequired]
    public required ApplicationSummary Application { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _form = ApplicationForm.Of(Application);
        _access = (await Current.GetAccessAsync()).Value;
    }

    private async Task SaveAsync()
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var result = await Applications.EditAsync(await Current.GetAsync(), new EditApplicationRequest(
                Application.AccessKey, Application.Version, _form.Name?.Trim() ?? "", _form.Rights, _form.AllowsClearText, _form.GivenClientId));
            if (result.IsSuccess)
            {
                Dialog.Close(DialogResult.Ok(true));
                return;
            }

            _refusal = FieldRefusal.Of(result.Error, Errors);
            _failure = _refusal is null ? Errors.Of(result.Error) : null;
        }
        finally
        {
            _isBusy = false;
        }
    }
}
