using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.Reveals;

namespace Portal.Core.Replacements;

/// <summary>A device that has proved that it holds its present secret.</summary>
/// <param name="CredentialVersion">The generation of the secret it proved; an older one is refused.</param>
/// <param name="Address">Where it connected from.</param>
public sealed record DeviceSignIn(string ProductKey, string DeviceKey, int CredentialVersion, string? Address);

public sealed record SignedInDevice(string AssetId, bool IsFirst);

/// <summary>No device has this key now, or its secret has been replaced since.</summary>
public sealed record DeviceSignInRefused(string ProductKey, string DeviceKey) : Error("No device with this key and secret may sign in.");

/// <summary>Device log code 723.</summary>
public sealed record DeviceIsDisabled(string AssetId) : Error($"The device of asset '{AssetId}' is disabled.");

/// <summary>Records what devices do. The device door calls it after it has checked the secret.</summary>
public sealed class SignInService(CommandRunner commands)
{
    /// <summary>
    /// An accepted sign-in: the device is online; the first one since a replacement activates it, turns the
    /// replacement to Connected and ends the right to see the secret.
    /// </summary>
    /// <returns>Or <see cref="DeviceSignInRefused"/>, <see cref="DeviceIsDisabled"/>.</returns>
    public Task<Result<SignedInDevice>> RecordSignInAsync(DeviceSignIn signIn)
    {
        var actor = new Actor("device", $"{signIn.ProductKey}/{signIn.DeviceKey}", signIn.DeviceKey, "", signIn.Address);
        return commands.RunAsPortalAsync<SignedInDevice>(new Command(AuditActions.DeviceSignedIn, Right.None, actor), async scope =>
        {
            var device = await scope.Db.Devices.Include(device => device.Credential)
                .FirstOrDefaultAsync(device => device.Product!.ProductKey == signIn.ProductKey && device.DeviceKey == signIn.DeviceKey);
            if (device is null || device.Credential.Version != signIn.CredentialVersion)
            {
                return new DeviceSignInRefused(signIn.ProductKey, signIn.DeviceKey);
            }

            if (device.Status == DeviceStatus.Disabled)
            {
                return new DeviceIsDisabled(device.AssetId);
            }

            var isFirst = device.ActivatedAt is null;
            device.ActivatedAt ??= scope.Now;
            device.LastOnlineAt = scope.Now;
            device.Status = DeviceStatus.Online;

            // Version stays: a device that comes and goes is no reason to refuse an operator who looks at it.
            if (isFirst)
            {
                await ConnectAsync(scope, device, signIn.Address);
            }

            scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.Id, device.AssetId, device.Credential.Version));
            await scope.AuditAsync(device.OrganizationNumber, device.AssetId, new { isFirst, signIn.CredentialVersion });
            return new SignedInDevice(device.AssetId, isFirst);
        });
    }

    private static async Task ConnectAsync(CommandScope scope, Device device, string? address)
    {
        await RevealGrants.CloseOfDeviceAsync(scope, device.Id, RevealCloseReason.Activated);
        var waiting = await scope.Db.Replacements
            .Where(replacement => replacement.DeviceId == device.Id && replacement.State == ReplacementState.AwaitingHardware).ToListAsync();
        foreach (var replacement in waiting)
        {
            replacement.State = ReplacementState.Connected;
            replacement.ConnectedAt = scope.Now;
            replacement.ConnectedFrom = address;
            scope.Publish(new ReplacementChangedEvent(device.OrganizationNumber, device.AssetId, replacement.Id));
        }
    }
}
