using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Portal.Authentication;

/// <summary>The identity provider; section <c>Oidc</c>. Which role a claim value stands for: <see cref="Core.Access.AccessOptions"/>.</summary>
public sealed class OidcOptions
{
    public const string SectionName = "Oidc";

    /// <summary>Issuer address. Empty in Development: the embedded provider.</summary>
    public string? Authority { get; set; }

    [Required]
    public string ClientId { get; set; } = "portal";

    public string? ClientSecret { get; set; }

    /// <summary>Claim of the ID token that holds role values; dots lead into objects, as in <c>realm_access.roles</c>.</summary>
    [Required]
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Claim of the ID token that holds organization IDs; dots as in <see cref="RoleClaim"/>.</summary>
    [Required]
    public string OrganizationClaim { get; set; } = "organizations";

    /// <summary>What is asked for, separated by blanks.</summary>
    [Required]
    public string Scope { get; set; } = "openid profile";

    /// <summary>Whether roles and organizations are (also) at the provider's user info endpoint.</summary>
    public bool UseUserInfo { get; set; }

    /// <summary><c>UseIfAvailable</c>, <c>Disable</c> (a provider that advertises it and then refuses) or <c>Require</c>.</summary>
    public PushedAuthorizationBehavior PushedAuthorization { get; set; } = PushedAuthorizationBehavior.UseIfAvailable;
}
