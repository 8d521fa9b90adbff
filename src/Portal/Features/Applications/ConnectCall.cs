using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Portal.ConnectApi;

namespace Portal.Features.Applications;

/// <summary>
/// A call of the Connection Service as a client sends it, to be read by people: <see cref="Text"/> is the whole request.
/// Where a value is the caller's own, a word in capitals stands for it; nothing here is secret.
/// </summary>
public sealed class ConnectCall
{
    public const string TokenHeader = "apim-accesstoken";
    public const string TimestampHeader = "apim-timestamp";
    public const string SignatureHeader = "apim-signature";

    public const string TokenPlace = "ACCESS_TOKEN";
    public const string TimestampPlace = "TIMESTAMP";
    public const string SignaturePlace = "SIGNATURE";
    public const string SecretKeyPlace = "SECRET_KEY";
    public const string NewKeyPlace = "NEW_DEVICE_KEY";

    private const string JsonType = "application/json";
    private readonly IReadOnlyDictionary<string, string?> _query;

    private ConnectCall(HttpMethod method, Uri portal, string path, string organizationId, string assetId, string action, string? body)
    {
        (Method, Action, Body) = (method, action, body);
        _query = new SortedDictionary<string, string?>(StringComparer.Ordinal) { [ConnectActions.ActionParameter] = action, ["assetId"] = assetId, [ConnectActions.OrganizationParameter] = organizationId };
        Address = new Uri(portal, QueryHelpers.AddQueryString(path, _query));
    }

    public HttpMethod Method { get; }

    /// <summary>As the contract calls it, e.g. <c>replaceDevice</c>.</summary>
    public string Action { get; }

    public Uri Address { get; }

    /// <summary>JSON, or null where the action takes none.</summary>
    public string? Body { get; }

    public IEnumerable<(string Name, string Value)> Headers
    {
        get
        {
            if (Body is not null)
            {
                yield return ("Content-Type", JsonType);
            }

            yield return (TokenHeader, TokenPlace);
            yield return (TimestampHeader, TimestampPlace);
            yield return (SignatureHeader, SignaturePlace);
        }
    }

    /// <summary>The request line, the headers, an empty line and the body.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder($"{Method} {Address.AbsoluteUri}\n");
            foreach (var (name, value) in Headers)
            {
                text.Append(name).Append(": ").Append(value).Append('\n');
            }

            return Body is null ? text.ToString() : text.Append('\n').Append(Body).ToString();
        }
    }

    /// <summary>What the signature is the lower-case hexadecimal SHA-256 of.</summary>
    public string SignedText =>
        $"{TokenPlace}{string.Concat(_query.Select(parameter => parameter.Key + parameter.Value))}{Body}{TimestampPlace}{SecretKeyPlace}";

    /// <param name="newDeviceKey">Null while it is not known.</param>
    public static ConnectCall Replace(Uri portal, string organizationId, string assetId, string? newDeviceKey, bool requireSecret) => new(
        HttpMethod.Post, portal, PortalRoutes.ConnectDevicesV24, organizationId, assetId, ConnectActions.Replace,
        JsonSerializer.Serialize(new { newDeviceKey = newDeviceKey ?? NewKeyPlace, requireSecret }));

    /// <summary>Reads the device, without its secret.</summary>
    public static ConnectCall Get(Uri portal, string organizationId, string assetId) =>
        new(HttpMethod.Get, portal, PortalRoutes.ConnectDevicesV24, organizationId, assetId, ConnectActions.Get, null);

    public static ConnectCall Enable(Uri portal, string organizationId, string assetId) =>
        new(HttpMethod.Post, portal, PortalRoutes.ConnectDevicesV21, organizationId, assetId, ConnectActions.Enable, null);

    public static ConnectCall Disable(Uri portal, string organizationId, string assetId) =>
        new(HttpMethod.Post, portal, PortalRoutes.ConnectDevicesV21, organizationId, assetId, ConnectActions.Disable, null);
}
