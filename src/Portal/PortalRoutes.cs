using Microsoft.AspNetCore.WebUtilities;

namespace Portal;

/// <summary>Every URL of the portal, once. Pages name theirs with <c>@attribute [Route(PortalRoutes.Devices)]</c>.</summary>
public static class PortalRoutes
{
    /// <summary>Where the portal listens in Development unless told otherwise.</summary>
    public const string DevelopmentAddress = "http://localhost:5080";

    public const string Home = "/";
    public const string Devices = "/devices";
    public const string AssetTemplate = "/assets/{AssetId}";
    public const string Audit = "/audit";
    public const string Import = "/import";
    public const string People = "/people";
    public const string Development = "/development";
    public const string DevelopmentDesign = "/development/design";
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string Forbidden = "/forbidden";
    public const string NotFound = "/not-found";
    public const string Error = "/error";

    /// <summary>Takes language and theme by form post; see <see cref="Layout.PreferenceEndpoints"/>.</summary>
    public const string Preferences = "/preferences";

    /// <summary>Query parameter that names the organization a page works in.</summary>
    public const string OrganizationParameter = "org";

    /// <summary>Query parameter that holds the text of a search.</summary>
    public const string SearchParameter = "q";

    public static string Asset(string assetId, string? organizationId) =>
        InOrganization($"/assets/{Uri.EscapeDataString(assetId)}", organizationId);

    public static string Search(string text, string? organizationId) =>
        QueryHelpers.AddQueryString(InOrganization(Devices, organizationId), SearchParameter, text);

    /// <summary>The path with the organization in its query, so that a copied link opens the same data.</summary>
    public static string InOrganization(string path, string? organizationId) =>
        string.IsNullOrEmpty(organizationId)
            ? path
            : QueryHelpers.AddQueryString(path, OrganizationParameter, organizationId);

    /// <summary>The address if it stays on this site, else the home page: a form field must not send people elsewhere.</summary>
    public static string Local(string? address) =>
        address is ['/', ..] && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(char.IsControl)
            ? address
            : Home;
}
