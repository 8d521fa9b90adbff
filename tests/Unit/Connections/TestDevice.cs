using System.Security.Cryptography;
using System.Text;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Connections;

/// <summary>Hardware with a key and a secret, as a device in the field: it knows how to sign, and nothing of the portal.</summary>
internal sealed record TestDevice(string ProductKey, string DeviceKey, string Secret)
{
    public const string Timestamp = "1795447138138";

    /// <summary>The hardware that is behind an asset now.</summary>
    public static async Task<TestDevice> OfAsync(TestPortal portal, string assetId)
    {
        var device = await portal.FindDeviceAsync(assetId);
        using var secret = portal.Get<SecretVault>().Open(
            device.Credential.KeyId, device.Credential.Sealed, new SecretBinding(SecretBinding.Device, device.OrganizationNumber, assetId, device.Credential.Version));
        return new TestDevice(device.Product!.ProductKey, device.DeviceKey, Encoding.ASCII.GetString(secret.Reveal().Span));
    }

    public DeviceConnect Connect(string? address = "192.0.2.7", string? clientId = null, string method = "sha256", int mode = 2, string timestamp = Timestamp) => new(
        $"{clientId ?? DeviceKey}|securemode={mode},signmethod={method},timestamp={timestamp}|", $"{DeviceKey}&{ProductKey}",
        Encoding.ASCII.GetBytes(Sign(clientId ?? DeviceKey, method, timestamp)), address);

    public SubDeviceLogin Behind() => new(DeviceKey, ProductKey, DeviceKey, "sha256", Timestamp, Sign(DeviceKey, "sha256", Timestamp));

    private string Sign(string clientId, string method, string timestamp)
    {
        var text = Encoding.UTF8.GetBytes($"clientId{clientId}deviceKey{DeviceKey}productKey{ProductKey}timestamp{timestamp}{Secret}");
#pragma warning disable CA5350, CA5351 // What old clients send.
        return Convert.ToHexString(method.Contains("256", StringComparison.Ordinal) ? SHA256.HashData(text) : method.Contains("md5", StringComparison.Ordinal) ? MD5.HashData(text) : SHA1.HashData(text));
#pragma warning restore CA5350, CA5351
    }
}
