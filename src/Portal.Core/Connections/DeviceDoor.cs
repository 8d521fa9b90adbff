using Microsoft.Extensions.Options;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Secrets;

namespace Portal.Core.Connections;

/// <summary>
/// Who may sign in as a device, and what follows. A door (the portal's broker, or one that asks by HTTP) translates; every
/// rule is here.
/// </summary>
public sealed class DeviceDoor(
    IConnectionFacts facts, DeviceProof proof, SignInService signIns, DeviceSessions sessions, ConnectionLog log, ConnectThrottle throttle, TimeProvider clock,
    IOptions<ConnectionOptions> options)
{
    /// <summary>Checks a device and signs it in. What was signed in as it before is signed out.</summary>
    /// <returns>A session, once the sign-in is durable. Or <see cref="DeviceRefused"/>, which is in the connection log by then.</returns>
    public async Task<Result<DeviceSession>> SignInAsync(DeviceConnect connect)
    {
        if (!DeviceLogin.TryRead(connect, out var login, out var fault))
        {
            return new DeviceRefused(ConnectionCodes.SignCheckFailed, fault);
        }

        return await SignInAsync(login, connect.Address, gateway: null, connect.MayActivate);
    }

    /// <summary>Signs in a device behind a gateway: whoever holds its secret may bring it, from the same organization.</summary>
    /// <returns>As <see cref="SignInAsync(DeviceConnect)"/>.</returns>
    public async Task<Result<DeviceSession>> SignInBehindAsync(DeviceSession gateway, SubDeviceLogin sent)
    {
        if (!gateway.IsGateway || gateway.Gateway is not null || !gateway.IsLive || gateway.IsActivation)
        {
            return new DeviceRefused(ConnectionCodes.NotBehindThisGateway, "only a gateway signs in other devices");
        }

        if (!DeviceLogin.TryRead(sent, out var login, out var fault))
        {
            return new DeviceRefused(ConnectionCodes.SignCheckFailed, fault);
        }

        if (gateway.SubDeviceCount >= options.Value.MaxSubDevices && gateway.Find(login.ProductKey, login.DeviceKey) is null)
        {
            return new DeviceRefused(ConnectionCodes.NotBehindThisGateway, $"a gateway may have at most {options.Value.MaxSubDevices} devices behind it");
        }

        return await SignInAsync(login, gateway.Address, gateway, mayActivate: false);
    }

    /// <summary>The device is gone: it is offline, and so is whatever is behind it.</summary>
    /// <param name="reason">What the door saw; why the session ended goes before it.</param>
    public async Task SignOutAsync(DeviceSession session, SignOutReason reason)
    {
        sessions.End(session, reason);
        foreach (var behind in session.SubDevices)
        {
            await SignOutAsync(behind, reason);
        }

        session.IssuedSecret?.Dispose();
        sessions.Remove(session);
        log.Add(session, ConnectionKind.SignedOut, session.EndedBy ?? reason);
        await signIns.RecordSignOutAsync(session, () => sessions.Find(session.DeviceId) is not null);
    }

    /// <summary>A door of this process opens: whoever the process before it left signed in is not, unless they came already.</summary>
    public Task SignOutLeftoversAsync() => signIns.SignOutLeftoversAsync(deviceId => sessions.Find(deviceId) is not null);

    private async Task<Result<DeviceSession>> SignInAsync(DeviceLogin login, string? address, DeviceSession? gateway, bool mayActivate)
    {
        if (throttle.IsBlocked(login.ProductKey, login.DeviceKey, address))
        {
            return Refuse(login, address, facts.Find(login.ProductKey, login.DeviceKey), new DeviceRefused(ConnectionCodes.TooManyConnects, "connects too often"));
        }

        var device = facts.Find(login.ProductKey, login.DeviceKey);
        if ((device is null ? new DeviceRefused(ConnectionCodes.SignCheckFailed, "no device has this key now") : Check(login, device, gateway, mayActivate)) is { } refused)
        {
            throttle.CountRefused(login.ProductKey, login.DeviceKey, address);
            return Refuse(login, address, device, refused);
        }

        return await AcceptAsync(login, device!, address, gateway);
    }

    private DeviceRefused? Check(DeviceLogin login, ConnectingDevice device, DeviceSession? gateway, bool mayActivate)
    {
        if (proof.Check(login, device) is { } unproved)
        {
            return unproved;
        }

        return device switch
        {
            { Status: DeviceStatus.Disabled } => new DeviceRefused(ConnectionCodes.Disabled, "the device is disabled"),
            { IsGateway: true } when gateway is not null => new DeviceRefused(ConnectionCodes.GatewayMayNotBeBehindAnother, "a gateway does not sign in behind another"),
            _ when gateway is not null && gateway.OrganizationNumber != device.OrganizationNumber => new DeviceRefused(ConnectionCodes.NotBehindThisGateway, "it belongs to another organization"),
            _ when login.Mode == SecureMode.DeviceSecret => null,
            _ when !mayActivate => new DeviceRefused(ConnectionCodes.ActivationNotAllowed, "the way it came cannot bring it its secret"),
            { AllowsActivation: false } => new DeviceRefused(ConnectionCodes.ActivationNotAllowed, "its product does not allow dynamic activation"),
            { IsActivated: true } => new DeviceRefused(ConnectionCodes.AlreadyActivated, "it was activated before"),
            { MayActivate: false } => new DeviceRefused(ConnectionCodes.ActivationNotAllowed, "its replacement did not open dynamic activation"),
            _ => null,
        };
    }

    private async Task<Result<DeviceSession>> AcceptAsync(DeviceLogin login, ConnectingDevice device, string? address, DeviceSession? gateway)
    {
        DeviceSecret? issued = null;
        if (login.Mode == SecureMode.ProductSecret)
        {
            try
            {
                issued = proof.OpenForDevice(device);
            }
            catch (SecretTamperedException)
            {
                return Refuse(login, address, device, new DeviceRefused(ConnectionCodes.Unavailable, "its stored secret does not open"));
            }
        }

        var session = new DeviceSession(device, address, clock.GetUtcNow(), gateway) { IssuedSecret = issued };
        sessions.Add(session);
        var signedIn = await signIns.RecordAsync(device, address, session.IsActivation);
        if (!signedIn.IsSuccess || !session.IsLive)
        {
            issued?.Dispose();
            sessions.Remove(session);
            return Refuse(login, address, device, signedIn.Error switch
            {
                DeviceIsDisabled => new DeviceRefused(ConnectionCodes.Disabled, "the device is disabled"),
                StorageUnavailable unavailable => new DeviceRefused(ConnectionCodes.Unavailable, unavailable.Message),
                DeviceRefused refused => refused,
                _ => new DeviceRefused(ConnectionCodes.SignCheckFailed, "its secret was replaced at this moment"),
            });
        }

        throttle.CountAccepted(login.ProductKey, login.DeviceKey);
        gateway?.Add(session);
        sessions.TakeOver(session);
        log.Add(session, signedIn.Value.IsFirst ? ConnectionKind.Activated : ConnectionKind.SignedIn, reason: null);
        return session;
    }

    private DeviceRefused Refuse(DeviceLogin login, string? address, ConnectingDevice? device, DeviceRefused refused)
    {
        var now = clock.GetUtcNow();
        if (device is not null)
        {
            var other = refused.Code == ConnectionCodes.SignCheckFailed ? OtherUnit(login) : null;
            log.Add(new ConnectionLine
            {
                DeviceId = device.DeviceId,
                OrganizationNumber = device.OrganizationNumber,
                Kind = ConnectionKind.Refused,
                Code = refused.Code,
                DeviceKey = login.DeviceKey,
                By = other is null ? KnockedBy.Present : KnockedBy.OtherUnit,
                OtherAssetId = other is not null && other.OrganizationNumber == device.OrganizationNumber ? other.AssetId : null,
                Address = address,
                FirstAt = now,
                At = now,
            }, device.AssetId);
        }
        else if (facts.FindFormer(login.ProductKey, login.DeviceKey) is { } former)
        {
            log.Add(new ConnectionLine
            {
                DeviceId = former.DeviceId,
                OrganizationNumber = former.OrganizationNumber,
                Kind = ConnectionKind.Refused,
                Code = refused.Code,
                DeviceKey = login.DeviceKey,
                By = KnockedBy.OldUnit,
                Address = address,
                FirstAt = now,
                At = now,
            }, former.AssetId);
        }

        return refused;
    }

    /// <summary>Vendors' clients call themselves by their own key: one that names this key and calls itself by another is another unit.</summary>
    private ConnectingDevice? OtherUnit(DeviceLogin login)
    {
        var name = login.ClientId.Split('{')[0];
        var key = name.StartsWith(login.ProductKey + ".", StringComparison.Ordinal) ? name[(login.ProductKey.Length + 1)..] : name;
        return key == login.DeviceKey ? null : facts.Find(login.ProductKey, key);
    }
}
