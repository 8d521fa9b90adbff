using Microsoft.Extensions.Logging;
using Portal.Core.Secrets;

namespace Portal.Core.Connections;

/// <summary>Checks what a device signed against its stored secret, which is opened for that moment only.</summary>
public sealed class DeviceProof(SecretVault vault, ILogger<DeviceProof> logger)
{
    /// <summary>Nothing if it is proved; else why not.</summary>
    internal DeviceRefused? Check(DeviceLogin login, ConnectingDevice device)
    {
        if (login.Method == DigestMethod.Sha1 && !device.AllowsSha1)
        {
            return new DeviceRefused(ConnectionCodes.SignCheckFailed, "signed with SHA-1, which its product does not allow", IsWrongWay: true);
        }

        if (login.Mode == SecureMode.ProductSecret && device.ProductSecret is null)
        {
            return new DeviceRefused(ConnectionCodes.ActivationNotAllowed, "its product has no secret to activate with");
        }

        try
        {
            using var secret = Open(device, login.Mode);
            return login.IsSignedWith(secret.Reveal().Span) ? null : new DeviceRefused(ConnectionCodes.SignCheckFailed, "the right key, signed with another secret");
        }
        catch (SecretTamperedException exception)
        {
            logger.LogCritical(exception, "The stored secret of {Asset} does not open", device.AssetId);
            return new DeviceRefused(ConnectionCodes.Unavailable, "its stored secret does not open");
        }
    }

    /// <summary>The device's own secret, to be sent to it once.</summary>
    /// <exception cref="SecretTamperedException">It does not open.</exception>
    internal DeviceSecret OpenForDevice(ConnectingDevice device) => Open(device, SecureMode.DeviceSecret);

    private DeviceSecret Open(ConnectingDevice device, SecureMode mode) => mode == SecureMode.DeviceSecret
        ? vault.Open(device.KeyId, device.Sealed, new SecretBinding(SecretBinding.Device, device.OrganizationNumber, device.AssetId, device.CredentialVersion))
        : vault.Open(
            device.ProductSecret!.KeyId, device.ProductSecret.Sealed,
            new SecretBinding(SecretBinding.Product, device.OrganizationNumber, device.ProductKey, device.ProductSecret.Version));
}
