using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>The programs that may call the portal over REST for an organization.</summary>
public sealed partial class ApplicationsPage
{
    private OrganizationAccess? _organization;
    private IReadOnlyList<ApplicationSummary>? _applications;
    private string? _failure;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ApplicationQueries Reads { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    protected override async Task OnInitializedAsync()
    {
        var organization = await Current.GetOrganizationAsync();
        if (organization.Error is { } error)
        {
            _failure = Errors.Of(error);
            return;
        }

        var applications = await Reads.ListAsync(await Current.GetAsync(), organization.Value!.OrganizationId);
        (_organization, _applications) = (applications.IsSuccess ? organization.Value : null, applications.Value);
        _failure = applications.Error is null ? null : Errors.Of(applications.Error);
    }

    private async Task CreateAsync()
    {
        if (await Dialogs.ShowNewApplicationAsync(_organization!.OrganizationId) is { } accessKey)
        {
            Navigation.NavigateTo(PortalRoutes.Application(accessKey, _organization.OrganizationId));
        }
    }

    private string AddressOf(ApplicationSummary application) => PortalRoutes.Application(application.AccessKey, _organization?.OrganizationId);

    private string RightsOf(ApplicationSummary application) => application.Rights == Right.None
        ? Text["NoRights"].Value
        : string.Join(", ", ApplicationForm.Grantable.Where(right => application.Rights.HasFlag(right)).Select(right => Text[$"Right{right}"].Value));

    private static (string Classes, string Word) KeyOf(ApplicationSummary application) =>
        application.Keys.Any(key => key.State == PublicKeyState.Pending) ? ("badge badge-warn shape-half", "KeyStateRenewal")
        : application.Keys.Any(key => key.State == PublicKeyState.Current) ? ("badge badge-good shape-check", "KeyStateSet")
        : ("badge shape-ring", "KeyStateNone");
}
