using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Resources;

namespace Portal.Layout;

/// <summary>An organization the signed-in person may choose.</summary>
public sealed record ShellOrganization(string Id, string Name);

/// <summary>What the frame around every page shows of the person and the organization. It only draws; it grants nothing.</summary>
/// <param name="PersonName">Null while nobody is signed in.</param>
/// <param name="RoleName">Shown under the name, already in the person's language.</param>
public sealed record ShellState(
    string? PersonName,
    string? RoleName,
    IReadOnlyList<ShellOrganization> Organizations,
    string? CurrentOrganizationId,
    bool ShowsImport,
    bool ShowsApplications,
    bool ShowsAudit,
    bool ShowsPeople)
{
    public static ShellState SignedOut { get; } = new(null, null, [], null, false, false, false, false);
}

/// <summary>Gives the frame its facts, once a document.</summary>
public sealed class ShellStateSource(CurrentActor current, IStringLocalizer<AccountText> text)
{
    public async Task<ShellState> GetAsync(CancellationToken cancellationToken = default)
    {
        var result = await current.GetAccessAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            return ShellState.SignedOut;
        }

        var access = result.Value;
        var organization = await current.GetOrganizationAsync(cancellationToken);
        return new ShellState(
            access.Actor.Name,
            Role.All.FirstOrDefault(role => role.Rights == access.Rights) is { } role ? text[$"Role_{role.Name}"].Value : null,
            [.. access.Organizations.Select(known => new ShellOrganization(known.OrganizationId, known.Name))],
            organization.Value?.OrganizationId,
            ShowsImport: access.Has(Right.ManageDevices),
            ShowsApplications: access.Has(Right.ManageApplications),
            ShowsAudit: access.Has(Right.ReadAudit),
            ShowsPeople: access.Has(Right.ManagePeople));
    }
}
