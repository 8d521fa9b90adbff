using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Sessions;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.People;

/// <summary>Who has signed in here; keeping somebody out and ending their sessions.</summary>
public sealed partial class PeoplePage
{
    private IReadOnlyList<AccountSummary>? _people;
    private IReadOnlyList<OrganizationAccess> _organizations = [];
    private Actor _self = PortalClaims.Nobody;
    private (AccountSummary Person, PersonChange Change)? _asked;
    private string? _failure;
    private bool _busy;

    [Inject]
    public required AccountService Accounts { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required IStringLocalizer<PeopleText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<AccountText> Roles { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _self = await Current.GetAsync();
        _organizations = (await Current.GetAccessAsync()).Value?.Organizations ?? [];
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var result = await Accounts.ListAsync(_self);
        _people = result.Value ?? _people ?? [];
        _failure = result.Error is null ? _failure : Errors.Of(result.Error);
    }

    private void Ask(AccountSummary person, PersonChange change) => (_asked, _failure) = ((person, change), null);

    private async Task ConfirmAsync()
    {
        // Clicks queue up in the circuit: the second one finds nothing to confirm.
        if (_busy || _asked is not { } asked)
        {
            return;
        }

        (_busy, _asked) = (true, null);
        var result = asked.Change switch
        {
            PersonChange.Disable => await Accounts.DisableAsync(_self, asked.Person.Id),
            PersonChange.Enable => await Accounts.EnableAsync(_self, asked.Person.Id),
            _ => await Accounts.EndSessionsAsync(_self, asked.Person.Id),
        };
        _failure = result.Error is null ? null : Errors.Of(result.Error);
        await LoadAsync();
        _busy = false;
    }

    private string RoleOf(AccountSummary person) => Role.All.FirstOrDefault(role => role.Rights == person.Rights) is { } role
        ? Roles[$"Role_{role.Name}"].Value
        : Text["NoRole"].Value;

    /// <summary>By name where the viewer knows the organization, else by its ID.</summary>
    private string OrganizationsOf(AccountSummary person) => string.Join(", ", person.OrganizationIds
        .Select(id => _organizations.FirstOrDefault(known => known.OrganizationId == id)?.Name ?? id));

    private IEnumerable<PersonChange> ChangesOf(AccountSummary person)
    {
        if (person.OpenSessions > 0)
        {
            yield return PersonChange.EndSessions;
        }

        if (person.DisabledAt is not null)
        {
            yield return PersonChange.Enable;
        }
        else if (person.Issuer != _self.Issuer || person.Subject != _self.Subject)
        {
            yield return PersonChange.Disable;
        }
    }

    private enum PersonChange
    {
        Disable,
        Enable,
        EndSessions,
    }
}
