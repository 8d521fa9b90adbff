using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Live;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>One application: what it may do, its keys, and code that calls the portal with them.</summary>
public sealed partial class ApplicationPage : IDisposable
{
    private IDisposable? _live;
    private OrganizationAccess? _organization;
    private ApplicationSummary? _application;
    private string? _failure;
    private bool _isUnknown;
    private bool _isBusy;

    [Parameter]
    public required string AccessKey { get; set; }

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ApplicationQueries Reads { get; init; }

    [Inject]
    public required ApplicationService Applications { get; init; }

    [Inject]
    public required ApplicationKeyService PublicKeys { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string ListAddress => PortalRoutes.InOrganization(PortalRoutes.Applications, _organization?.OrganizationId);

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            _live = Live.Subscribe(fleetEvent =>
            {
                if (fleetEvent is ApplicationChangedEvent changed && changed.AccessKey == AccessKey)
                {
                    _ = InvokeAsync(FollowAsync);
                }
            });
        }

        await LoadAsync();
        if (_isUnknown && !RendererInfo.IsInteractive)
        {
            Navigation.NotFound();
        }
    }

    /// <summary>Somebody else changed it, or the application itself has begun to use its new key.</summary>
    private async Task FollowAsync()
    {
        if (!_isBusy)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        var organization = await Current.GetOrganizationAsync();
        var applications = organization.IsSuccess
            ? await Reads.ListAsync(await Current.GetAsync(), organization.Value.OrganizationId)
            : organization.Error;

        // Unknown, deleted and somebody else's look the same, here as in the core.
        _organization = organization.Value;
        _application = applications.Value?.FirstOrDefault(application => application.AccessKey == AccessKey);
        _isUnknown = applications.IsSuccess && _application is null;
        _failure = applications.Error is null ? _failure : Errors.Of(applications.Error);
    }

    private async Task EditAsync()
    {
        await Dialogs.ShowEditAsync(_application!);
        await LoadAsync();
    }

    private async Task RotateAsync()
    {
        await Dialogs.ShowRotateAsync(_application!);
        await LoadAsync();
    }

    private async Task SetKeyAsync()
    {
        await Dialogs.ShowKeyAsync(_application!);
        await LoadAsync();
    }

    private async Task DisableAsync()
    {
        if (await Dialogs.ConfirmAsync(Text["DisableTitle", _application!.Name], Text["DisableMeaning"], Text["Disable"]))
        {
            await DoAsync(async actor => await Applications.DisableAsync(actor, AccessKey));
        }
    }

    private Task EnableAsync() => DoAsync(async actor => await Applications.EnableAsync(actor, AccessKey));

    private async Task DeleteAsync()
    {
        var name = _application!.Name;
        if (await Dialogs.ConfirmAsync(Text["DeleteTitle", name], Text["DeleteMeaning"], Text["Delete"], name)
            && await DoAsync(async actor => await Applications.DeleteAsync(actor, AccessKey), isGone: true))
        {
            Navigation.NavigateTo(ListAddress);
        }
    }

    private async Task SwitchKeyAsync(PublicKeySummary key)
    {
        if (await Dialogs.ConfirmAsync(Text["SwitchTitle"], Text["SwitchMeaning"], Text["SwitchNow"], isGrave: false))
        {
            await DoAsync(async actor => await PublicKeys.SwitchKeyAsync(actor, AccessKey));
        }
    }

    private async Task RemoveKeyAsync(PublicKeySummary key)
    {
        var meaning = key.State == PublicKeyState.Current ? "RemoveCurrentMeaning" : "RemovePendingMeaning";
        if (await Dialogs.ConfirmAsync(Text["RemoveTitle", key.Fingerprint[..8]], Text[meaning], Text["Remove"]))
        {
            await DoAsync(async actor => await PublicKeys.RemoveKeyAsync(actor, AccessKey, key.Fingerprint));
        }
    }

    /// <param name="isGone">Then there is nothing to read again.</param>
    private async Task<bool> DoAsync<T>(Func<Actor, Task<Result<T>>> change, bool isGone = false)
        where T : notnull
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (_isBusy)
        {
            return false;
        }

        _isBusy = true;
        try
        {
            var result = await change(await Current.GetAsync());
            _failure = result.Error is null ? null : Errors.Of(result.Error);
            if (!isGone || !result.IsSuccess)
            {
                await LoadAsync();
            }

            return result.IsSuccess;
        }
        finally
        {
            _isBusy = false;
        }
    }

    public void Dispose() => _live?.Dispose();
}
