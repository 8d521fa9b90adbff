using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Core;
using Portal.Core.Access;

namespace Portal.Authentication;

/// <summary>Who looks at this page, what they may do now, and in which organization. For components; endpoints use <see cref="PortalClaims.ToActor"/>.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication, NavigationManager navigation, AccessRules rules)
{
    /// <summary>The person, or <see cref="PortalClaims.Nobody"/>, whom the core refuses everything.</summary>
    public async Task<Actor> GetAsync() => (await authentication.GetAuthenticationStateAsync()).User.ToActor();

    /// <summary>What the person may do at this moment. To draw the page; every command decides again.</summary>
    public async Task<Result<Access>> GetAccessAsync(CancellationToken cancellationToken = default) =>
        await rules.GetAsync(await GetAsync(), cancellationToken);

    /// <summary>The organization named in the address, or the person's first one where it names none.</summary>
    /// <returns><see cref="OrganizationNotFound"/> for an unknown one and for one of somebody else alike.</returns>
    public async Task<Result<OrganizationAccess>> GetOrganizationAsync(CancellationToken cancellationToken = default)
    {
        var access = await GetAccessAsync(cancellationToken);
        if (!access.IsSuccess)
        {
            return access.Error;
        }

        var wanted = RequestedOrganizationId;
        var organization = wanted is null ? access.Value.Organizations is [var first, ..] ? first : null : access.Value.Organization(wanted);
        return organization is null ? new OrganizationNotFound(wanted ?? "") : organization;
    }

    private string? RequestedOrganizationId =>
        QueryHelpers.ParseQuery(navigation.ToAbsoluteUri(navigation.Uri).Query).TryGetValue(PortalRoutes.OrganizationParameter, out var values)
            && values is [{ Length: > 0 } value]
            ? value
            : null;
}
