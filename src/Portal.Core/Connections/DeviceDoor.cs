using Microsoft.Extensions.Options;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Secrets;

namespace Portal.Core.Connections;

/// <summary>
/// Who may sign in as a device, and what follows. A door (the portal's broker, or one that asks by HTTP) translates; every
/// rule is here.
/// </summary>
public sealed class DeviceDoor : IDisposable
{
    private readonly IConnectionFacts _facts;
    private readonly DeviceProof _proof;
    private readonly SignInService _signIns;
    private readonly DeviceSessions _sessions;
    private readonly ConnectionLog _log;
    private readonly ConnectThrottle _throttle;
    private readonly TimeProvider _clock;
    private readonly IOptions<ConnectionOptions> _options;

    public DeviceDoor(
        IConnectionFacts facts, DeviceProof proof, SignInService signIns, DeviceSessions sessions, ConnectionLog log, ConnectThrottle throttle, TimeProvider clock,
        IOptions<ConnectionOptions> options)
    {
        (_facts, _proof, _signIns, _sessions, _log, _throttle, _clock, _options) = (facts, proof, signIns, sessions, log, throttle, clock, options);
        sessions.Ended += OnEnded;
    }

    public void Dispose() => _sessions.Ended -= OnEnded;

    /// <summary>Checks a device and signs it in. What was signed in as it before is signed out.</summary>
    /// <returns>A session, once the sign-in is durable. Or <see cref="DeviceRefused"/>, which is in the connection log by then.</returns>
    public async Task<Result<DeviceSession>> SignInAsync(DeviceConnect connect)
    {
        if (!DeviceLogin.TryRead(connect, out var login, out var fault))
        {
            return TurnAway(connect, fault);
        }

        return await SignInAsync(login, connect.Address, gateway: null, connect.MayActivate);
    }

    /// <summary>It came with something that is not taken, whoever it is: its secret was not looked at.</summary>
    /// <returns>For the answer; it is in the connection log of the asset that it named.</returns>
    public DeviceRefused TurnAway(DeviceConnect connect, string fault) => DeviceLogin.NameIn(connect) is { } name
        ? RefuseWrongWay(new Knock(name.ProductKey, name.DeviceKey, null, connect.Address), fault)
        : new DeviceRefused(ConnectionCodes.SignCheckFailed, fault, IsWrongWay: true);

    /// <summary>Signs in a device behind a gateway: whoever holds its secret may bring it, from the same organization.</summary>
    /// <returns>As <see cref="SignInAsync(DeviceConnect)"/>.</returns>
    public async Task<Result<DeviceSession>> SignInBehindAsync(DeviceSession gateway, SubDeviceLogin sent)
    {
        if (!gateway.IsGateway || gateway.Gateway is not null || !gateway.IsLive || gateway.IsActivation)
        {
            return RefuseBehind(gateway, sent, "only a gateway signs in other devices");
        }

        if (!DeviceLogin.TryRead(sent, out var login, out var fault))
        {
            return RefuseWrongWay(new Knock(sent.ProductKey, sent.DeviceKey, null, gateway.Address), fault);
        }

        try
        {
            return gateway.Expect() > _options.Value.MaxSubDevices && gateway.Find(login.ProductKey, login.DeviceKey) is null
                ? RefuseBehind(gateway, sent, $"a gateway may have at most {_options.Value.MaxSubDevices} devices behind it")
                : await SignInAsync(login, gateway.Address, gateway, mayActivate: false);
        }
        finally
        {
            gateway.ExpectNoMore();
        }
    }

    /// <summary>The device is gone: it is offline, and so is whatever is behind it. The database has it some seconds later, unless the device is back by then.</summary>
    /// <param name="reason">What the door saw; why the session ended goes before it.</param>
    public void SignOut(DeviceSession session, SignOutReason reason)
    {
        _sessions.End(session, reason);
        Leave(session, reason);
    }

    /// <summary>A door of this process opens: whoever the process before it left signed in is not, unless they came already.</summary>
    public Task SignOutLeftoversAsync() => _signIns.SignOutLeftoversAsync(deviceId => _sessions.Find(deviceId) is not null);

    private async Task<Result<DeviceSession>> SignInAsync(DeviceLogin login, string? address, DeviceSession? gateway, bool mayActivate)
    {
        var knock = new Knock(login.ProductKey, login.DeviceKey, login.ClientId, address);
        if (RefuseTooMany(knock) is { } tooMany)
        {
            return tooMany;
        }

        var device = _facts.Find(login.ProductKey, login.DeviceKey);
        if ((device is null ? new DeviceRefused(ConnectionCodes.SignCheckFailed, "no device has this key now") : Check(login, device, gateway, mayActivate)) is { } refused)
        {
            _throttle.CountRefused(login.ProductKey, login.DeviceKey, address);
            return Refuse(knock, device, refused);
        }

        return await AcceptAsync(login, knock, device!, gateway);
    }

    private DeviceRefused? RefuseTooMany(Knock knock)
    {
        if (!_throttle.IsBlocked(knock.ProductKey, knock.DeviceKey, knock.Address))
        {
            return null;
        }

        var device = _facts.Find(knock.ProductKey, knock.DeviceKey);
        return device is not null && _throttle.LetsGo(device, knock.Address) ? null : Refuse(knock, device, new DeviceRefused(ConnectionCodes.TooManyConnects, "connects too often"));
    }

    private DeviceRefused RefuseWrongWay(Knock knock, string fault)
    {
        if (RefuseTooMany(knock) is { } tooMany)
        {
            return tooMany;
        }

        _throttle.CountRefused(knock.ProductKey, knock.DeviceKey, knock.Address);
        return Refuse(knock, _facts.Find(knock.ProductKey, knock.DeviceKey), new DeviceRefused(ConnectionCodes.SignCheckFailed, fault, IsWrongWay: true));
    }

    private DeviceRefused RefuseBehind(DeviceSession gateway, SubDeviceLogin sent, string why) => Refuse(
        new Knock(sent.ProductKey, sent.DeviceKey, null, gateway.Address), _facts.Find(sent.ProductKey, sent.DeviceKey), new DeviceRefused(ConnectionCodes.NotBehindThisGateway, why));

    private DeviceRefused? Check(DeviceLogin login, ConnectingDevice device, DeviceSession? gateway, bool mayActivate)
    {
        if (_proof.Check(login, device) is { } unproved)
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

    private async Task<Result<DeviceSession>> AcceptAsync(DeviceLogin login, Knock knock, ConnectingDevice device, DeviceSession? gateway)
    {
        DeviceSecret? issued = null;
        if (login.Mode == SecureMode.ProductSecret)
        {
            try
            {
                issued = _proof.OpenForDevice(device);
            }
            catch (SecretTamperedException)
            {
                return Refuse(knock, device, new DeviceRefused(ConnectionCodes.Unavailable, "its stored secret does not open"));
            }
        }

        var session = new DeviceSession(device, knock.Address, _clock.GetUtcNow(), gateway) { IssuedSecret = issued };
        _sessions.Add(session);
        var signedIn = await _signIns.RecordAsync(device, session);
        if (!signedIn.IsSuccess)
        {
            issued?.Dispose();
            _sessions.Remove(session);
            return signedIn.Error is GatewayOver ? Over(session) : Refuse(knock, device, signedIn.Error switch
            {
                DeviceIsDisabled => new DeviceRefused(ConnectionCodes.Disabled, "the device is disabled"),
                StorageUnavailable unavailable => new DeviceRefused(ConnectionCodes.Unavailable, unavailable.Message),
                DeviceRefused refused => refused,
                _ => new DeviceRefused(ConnectionCodes.SignCheckFailed, "its secret was replaced at this moment"),
            });
        }

        _throttle.CountAccepted(device);
        gateway?.Add(session);
        session.Enter();
        _sessions.TakeOver(session);
        _log.Add(session, signedIn.Value.IsFirst ? ConnectionKind.Activated : ConnectionKind.SignedIn, reason: null);
        if (gateway is { IsLive: false })
        {
            _sessions.End(session, SignOutReason.ConnectionLost);
        }

        if (session.IsLive)
        {
            return session;
        }

        // It was over before it was told of its sign-in: whoever ended it did not know yet that it had come.
        Leave(session, SignOutReason.ConnectionLost);
        return Over(session);
    }

    /// <summary>What came between the proof and the answer.</summary>
    private static DeviceRefused Over(DeviceSession session) => session.EndedBy switch
    {
        SignOutReason.TakenOver => new DeviceRefused(ConnectionCodes.Unavailable, "it signed in once more at this moment"),
        SignOutReason.CredentialEnded => new DeviceRefused(ConnectionCodes.SignCheckFailed, "its secret was replaced at this moment"),
        _ => new DeviceRefused(ConnectionCodes.NotBehindThisGateway, "its gateway is not signed in any more"),
    };

    /// <summary>A device behind a gateway has no connection of its own that would be closed and tell of it.</summary>
    private void OnEnded(DeviceSession session, SignOutReason reason)
    {
        if (session.Gateway is not null)
        {
            Leave(session, reason);
        }
    }

    private void Leave(DeviceSession session, SignOutReason reason)
    {
        if (!session.TryLeave())
        {
            return;
        }

        session.IssuedSecret?.Dispose();
        _sessions.Remove(session);
        _log.Add(session, ConnectionKind.SignedOut, session.EndedBy ?? reason);
        _signIns.RecordSignOut(session, () => _sessions.Find(session.DeviceId) is not null);
    }

    private DeviceRefused Refuse(Knock knock, ConnectingDevice? device, DeviceRefused refused)
    {
        if (device is not null)
        {
            var other = refused is { Code: ConnectionCodes.SignCheckFailed, IsWrongWay: false } ? OtherUnit(knock) : null;
            var by = refused.IsWrongWay ? KnockedBy.WrongWay : other is null ? KnockedBy.Present : KnockedBy.OtherUnit;
            Log(knock, refused, device.DeviceId, device.OrganizationNumber, device.AssetId, by, other?.OrganizationNumber == device.OrganizationNumber ? other.AssetId : null);
        }
        else if (_facts.FindFormer(knock.ProductKey, knock.DeviceKey) is { } former)
        {
            Log(knock, refused, former.DeviceId, former.OrganizationNumber, former.AssetId, KnockedBy.OldUnit, otherAssetId: null);
        }

        return refused;
    }

    private void Log(Knock knock, DeviceRefused refused, long deviceId, long organizationNumber, string assetId, KnockedBy by, string? otherAssetId)
    {
        var now = _clock.GetUtcNow();
        _log.Add(new ConnectionLine
        {
            DeviceId = deviceId,
            OrganizationNumber = organizationNumber,
            Kind = ConnectionKind.Refused,
            Code = refused.Code,
            DeviceKey = knock.DeviceKey,
            By = by,
            OtherAssetId = otherAssetId,
            Address = knock.Address,
            FirstAt = now,
            At = now,
        }, assetId);
    }

    /// <summary>Vendors' clients call themselves by their own key: one that names this key and calls itself by another is another unit.</summary>
    private ConnectingDevice? OtherUnit(Knock knock)
    {
        var name = knock.ClientId!.Split('{')[0];
        var key = name.StartsWith(knock.ProductKey + ".", StringComparison.Ordinal) ? name[(knock.ProductKey.Length + 1)..] : name;
        return key == knock.DeviceKey ? null : _facts.Find(knock.ProductKey, key);
    }

    /// <summary>Somebody who wants to sign in.</summary>
    /// <param name="ClientId">What it calls itself, where that can be read.</param>
    private sealed record Knock(string ProductKey, string DeviceKey, string? ClientId, string? Address);
}
