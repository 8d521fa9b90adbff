using System.Globalization;
using System.Text;

namespace Portal.Core.Secrets;

/// <summary>
/// What a sealed secret is bound to. It opens for exactly this owner and generation: moved to another row, or put
/// back after a newer one, it does not open.
/// </summary>
/// <param name="Purpose">What kind of secret, e.g. <see cref="Device"/>.</param>
/// <param name="OrganizationNumber">Owner's organization.</param>
/// <param name="OwnerId">Asset ID, or whatever names the owner of another kind of secret.</param>
/// <param name="Version">Generation of the secret.</param>
public sealed record SecretBinding(string Purpose, long OrganizationNumber, string OwnerId, int Version)
{
    public const string Device = "device-secret";

    /// <summary>Its owner is an access key.</summary>
    public const string Application = "application-secret";

    /// <summary>Its owner is a product key.</summary>
    public const string Product = "product-secret";

    private const string Schema = "portal/1";

    /// <summary>Additional authenticated data; parts are length-prefixed so that no two bindings give the same bytes.</summary>
    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Schema}|{Purpose.Length}:{Purpose}|{OrganizationNumber}|{OwnerId.Length}:{OwnerId}|{Version}"));
}
