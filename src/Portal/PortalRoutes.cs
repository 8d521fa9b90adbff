using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.WebUtilities;

namespace Portal;

/// <summary>Every URL of the portal, once. Pages name theirs with <c>@attribute [Route(PortalRoutes.Devices)]</c>.</summary>
public static class PortalRoutes
{
    private const int MaxAddressLength = 2000;
    private static readonly Uri s_anySite = new("https://portal.invalid");

    /// <summary>Where the portal listens in Development unless told otherwise.</summary>
    public const string DevelopmentAddress = "http://localhost:5080";

    public const string Home = "/";
    public const string Devices = "/devices";

    /// <summary>The grid as CSV; POST only.</summary>
    public const string DevicesExport = "/devices/export";
    public const string AssetTemplate = "/assets/{AssetId}";

    /// <summary>A series of an asset as CSV.</summary>
    public const string AssetDataTemplate = "/assets/{assetId}/data.csv";
    public const string Audit = "/audit";

    /// <summary>POST only: the audit trail as CSV.</summary>
    public const string AuditExport = "/audit/export";
    public const string Import = "/import";

    /// <summary>An empty file with the columns of an import.</summary>
    public const string ImportTemplate = "/import/template.csv";
    public const string People = "/people";
    public const string Products = "/products";
    public const string Applications = "/applications";
    public const string ApplicationTemplate = "/applications/{AccessKey}";
    public const string Development = "/development";

    /// <summary>Starts a sign-in; see <see cref="ReturnParameter"/>.</summary>
    public const string SignIn = "/sign-in";
    public const string SignInCallback = "/signin-oidc";
    public const string SignInFailed = "/sign-in/failed";
    public const string AccountDisabled = "/sign-in/disabled";

    /// <summary>POST only.</summary>
    public const string SignOut = "/sign-out";
    public const string SignOutCallback = "/signout-callback-oidc";

    /// <summary>Where the identity provider reports that a session ended there.</summary>
    public const string BackChannelSignOut = "/sign-out/backchannel";

    /// <summary>The neutral page after a session: it shows nothing of anybody.</summary>
    public const string SignedOut = "/signed-out";
    public const string SessionEnded = "/signed-out?ended=1";

    /// <summary>Pages for HTTP status codes; the code follows.</summary>
    public const string Status = "/status";
    public const string StatusTemplate = "/status/{Code:int}";

    /// <summary>The embedded identity provider and its sign-in page.</summary>
    public const string Provider = "/development/provider";
    public const string DevelopmentSignIn = "/development/sign-in";
    public const string DevelopmentSample = "/development/sample";
    public const string DevelopmentSamples = "/development/samples";
    public const string DevelopmentCollect = "/development/gc";
    public const string Hub = "/_blazor";

    /// <summary>The REST door, <see cref="ConnectApi"/>: nothing below these is for browsers.</summary>
    public const string ConnectService = "/connect-service";
    public const string ConnectDevicesV21 = ConnectService + "/v2.1/devices";
    public const string ConnectDevicesV24 = ConnectService + "/v2.4/devices";
    public const string ConnectProductsV21 = ConnectService + "/v2.1/products";
    public const string ConnectProductsV24 = ConnectService + "/v2.4/products";
    public const string TokenService = "/apim-token-service";
    public const string TokenGet = TokenService + "/v2.0/token/get";
    public const string TokenRefresh = TokenService + "/v2.0/token/refresh";

    /// <summary>What the REST door can do: for programs, and the page for people.</summary>
    public const string OpenApiDocument = "/openapi/connect-v2.4.json";
    public const string ApiReference = "/api-reference";

    /// <summary>MQTT over WebSocket, for devices.</summary>
    public const string Mqtt = "/mqtt";

    /// <summary>For a broker elsewhere that asks the portal, <see cref="BrokerHooks"/>: EMQX, and RabbitMQ.</summary>
    public const string HookAuth = Mqtt + "/auth";
    public const string HookAcl = Mqtt + "/acl";
    public const string HookEvent = Mqtt + "/event";
    public const string RabbitUser = Mqtt + "/rabbitmq/user";
    public const string RabbitVirtualHost = Mqtt + "/rabbitmq/vhost";
    public const string RabbitResource = Mqtt + "/rabbitmq/resource";
    public const string RabbitTopic = Mqtt + "/rabbitmq/topic";
    public const string Forbidden = "/forbidden";
    public const string NotFound = "/not-found";
    public const string Error = "/error";

    /// <summary>Takes language and theme by form post; see <see cref="Layout.PreferenceEndpoints"/>.</summary>
    public const string Preferences = "/preferences";

    /// <summary>Shows a new secret to its maker, POST only; see <see cref="Features.Replacements.RevealEndpoints"/>.</summary>
    public const string RevealTemplate = "/ui/reveal/{grantId:guid}";
    public const string RevealQrTemplate = RevealTemplate + "/qr";
    public const string RevealCopiedTemplate = RevealTemplate + "/copied";
    public const string RevealAcknowledgeTemplate = RevealTemplate + "/ack";

    /// <summary>Query parameter of an asset page: <c>1</c> opens the replace dialog.</summary>
    public const string ReplaceParameter = "replace";

    /// <summary>Query parameter of an asset page: the former key by which it was found.</summary>
    public const string FormerKeyParameter = "was";

    /// <summary>Query parameter of the products page: the product that is open.</summary>
    public const string ProductParameter = "product";

    /// <summary>Query parameter that names the organization a page works in.</summary>
    public const string OrganizationParameter = "org";

    /// <summary>Query parameter that names the page to come back to; see <see cref="Local"/>.</summary>
    public const string ReturnParameter = "returnUrl";

    /// <summary>Value of <c>prompt</c> with which the provider lets a person choose another account.</summary>
    public const string SelectAccount = "select_account";

    /// <summary>Query parameter that holds the text of a search.</summary>
    public const string SearchParameter = "q";

    public static string Asset(string assetId, string? organizationId) =>
        InOrganization($"/assets/{Uri.EscapeDataString(assetId)}", organizationId);

    /// <param name="range">As <see cref="Core.MeasurePoints.SeriesRanges.Find"/> reads it.</param>
    public static string AssetData(string assetId, string point, string range) =>
        $"/assets/{Uri.EscapeDataString(assetId)}/data.csv?point={Uri.EscapeDataString(point)}&range={range}";

    public static string Application(string accessKey, string? organizationId) =>
        InOrganization($"{Applications}/{Uri.EscapeDataString(accessKey)}", organizationId);

    public static string Reveal(Guid grantId) => $"/ui/reveal/{grantId}";

    public static string Product(string productKey, string? organizationId) =>
        QueryHelpers.AddQueryString(InOrganization(Products, organizationId), ProductParameter, productKey);

    public static string Search(string text, string? organizationId) =>
        QueryHelpers.AddQueryString(InOrganization(Devices, organizationId), SearchParameter, text);

    /// <summary>The path with the organization in its query, so that a copied link opens the same data.</summary>
    public static string InOrganization(string path, string? organizationId) =>
        string.IsNullOrEmpty(organizationId)
            ? path
            : QueryHelpers.AddQueryString(path, OrganizationParameter, organizationId);

    /// <summary>The address if it stays on this site, else the home page: no parameter and no form field sends people elsewhere.</summary>
    /// <returns>In ASCII: it goes into a header, and a server that is asked to send anything else there fails.</returns>
    public static string Local(string? address) =>
        IsLocal(address) ? string.Concat(address.Select(character => char.IsAscii(character) ? $"{character}" : Uri.EscapeDataString($"{character}"))) : Home;

    private static bool IsLocal([NotNullWhen(true)] string? address)
    {
        if (address is not { Length: > 0 and <= MaxAddressLength } || address.Any(character => character == '\\' || char.IsControl(character) || char.IsSurrogate(character)))
        {
            return false;
        }

        // Some server in between may decode a path once more, or twice.
        var path = address.Split('?', '#')[0];
        var once = Uri.UnescapeDataString(path);
        return IsLocalPath(path) && IsLocalPath(once) && IsLocalPath(Uri.UnescapeDataString(once));
    }

    /// <summary>Browsers read "\" as "/", drop tabs and line breaks, and take "//host" for another site, also behind "/../".</summary>
    private static bool IsLocalPath(string path) =>
        path is ['/', ..] && !IsDoubled(path) && !path.Any(character => character == '\\' || char.IsControl(character))
        && Uri.TryCreate(s_anySite, path, out var uri) && uri.Authority == s_anySite.Authority && !IsDoubled(uri.AbsolutePath);

    private static bool IsDoubled(string path) => path.Length > 1 && path[1] == '/';
}
