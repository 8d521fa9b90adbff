using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Replacements;
using Portal.Core.Reveals;

namespace Portal.Core.Connections;

/// <summary>A device that has proved that it holds its present secret.</summary>
/// <param name="CredentialVersion">The generation of the secret it proved; an older one is refused.</param>
/// <param name="Address">Where it connected from.</param>
public sealed record DeviceSignIn(string ProductKey, string DeviceKey, int CredentialVersion, string? Address);

public sealed record SignedInDevice(string AssetId, bool IsFirst);

/// <summary>Records what devices do. Only the first sign-in of new hardware is audited; all of them are in the connection log.</summary>
public sealed class SignInService(CommandRunner commands, IConnectionFacts facts, TimeProvider clock)
{
    private static readonly Func<PortalDbContext, long, IAsyncEnumerable<Replacement>> s_waiting = EF.CompileAsyncQuery((PortalDbContext db, long deviceId) =>
        db.Replacements.Where(replacement => replacement.DeviceId == deviceId && replacement.State == ReplacementState.AwaitingHardware));

    /// <summary>Those who wait for an answer come in between.</summary>
    private const int SignOutsATime = 100;

    private readonly Lock _lock = new();
    private List<Departure> _leaving = [];

    /// <summary>
    /// An accepted sign-in: the device is online; the first one since a replacement activates it, turns the
    /// replacement to Connected and ends the right to see the secret.
    /// </summary>
    /// <returns>Or <see cref="DeviceSignInRefused"/>, <see cref="DeviceIsDisabled"/>.</returns>
    public async Task<Result<SignedInDevice>> RecordSignInAsync(DeviceSignIn signIn) =>
        facts.Find(signIn.ProductKey, signIn.DeviceKey) is { } device
            ? await RecordAsync(device with { CredentialVersion = signIn.CredentialVersion }, signIn.Address, isActivation: false, gateway: null)
            : new DeviceSignInRefused(signIn.ProductKey, signIn.DeviceKey);

    internal Task<Result<SignedInDevice>> RecordAsync(ConnectingDevice device, DeviceSession session) =>
        RecordAsync(device, session.Address, session.IsActivation, session.Gateway);

    /// <param name="isActivation">It proved the product's secret and is given its own: audited as that, and refused unless it is the first sign-in.</param>
    /// <param name="gateway">Must be signed in when its turn has come: it may have been replaced while this waited.</param>
    private Task<Result<SignedInDevice>> RecordAsync(ConnectingDevice device, string? address, bool isActivation, DeviceSession? gateway)
    {
        var command = new Command(isActivation ? AuditActions.DeviceActivated : AuditActions.DeviceSignedIn, Right.None, ActorOf(device.ProductKey, device.DeviceKey, address));
        Task<Result<SignedInDevice>> Run(Func<CommandScope, Task<Result<SignedInDevice>>> body) =>
            isActivation ? commands.RunAsPortalAsync(command, body) : commands.RunTogetherAsync(command, body);
        return Run(async scope =>
        {
            scope.OrganizationNumber = device.OrganizationNumber;
            if (gateway is not null && !(gateway.IsLive && scope.Unit.IsCurrent(gateway.DeviceId, gateway.CredentialVersion)))
            {
                return new GatewayOver();
            }

            switch (await scope.Unit.MarkOnlineAsync(device.DeviceId, device.CredentialVersion, scope.Now))
            {
                case OnlineMark.Refused: return new DeviceSignInRefused(device.ProductKey, device.DeviceKey);
                case OnlineMark.Disabled: return new DeviceIsDisabled(device.AssetId);
                case OnlineMark.Again when isActivation: return new DeviceRefused(ConnectionCodes.AlreadyActivated, "it was activated before");
                case (OnlineMark.First or OnlineMark.FirstAwaited) and var mark:
                    if (mark == OnlineMark.FirstAwaited)
                    {
                        await ConnectAsync(scope, device, address);
                    }

                    await scope.AuditAsync(device.OrganizationNumber, device.AssetId, new { isFirst = true, device.CredentialVersion });
                    scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.DeviceId, device.AssetId, device.CredentialVersion));
                    return new SignedInDevice(device.AssetId, IsFirst: true);
                default:
                    scope.NothingToAudit();
                    scope.Publish(new DeviceChangedEvent(device.OrganizationNumber, device.DeviceId, device.AssetId, device.CredentialVersion));
                    return new SignedInDevice(device.AssetId, IsFirst: false);
            }
        });
    }

    /// <summary>The device is gone, which is written with whoever else goes: a site that loses its line loses a thousand at once.</summary>
    /// <param name="isBack">Whether it is signed in again already, asked when its turn to be written has come.</param>
    internal void RecordSignOut(DeviceSession session, Func<bool> isBack)
    {
        lock (_lock)
        {
            _leaving.Add(new Departure(session, isBack, clock.GetTimestamp()));
        }
    }

    /// <summary>Writes who left at least so long ago; who could not be written is written the next time.</summary>
    internal async Task WriteSignOutsAsync(TimeSpan ago)
    {
        List<Departure> leaving;
        lock (_lock)
        {
            var count = _leaving.FindIndex(departure => clock.GetElapsedTime(departure.At) < ago) is >= 0 and var first ? first : _leaving.Count;
            leaving = _leaving[..count];
            _leaving.RemoveRange(0, count);
        }

        foreach (var some in leaving.Chunk(SignOutsATime))
        {
            var written = await commands.RunTogetherAsync<Departures>(new Command(AuditActions.DeviceSignedIn, Right.None, null), scope => DepartAsync(scope, some));
            if (!written.IsSuccess)
            {
                lock (_lock)
                {
                    _leaving.InsertRange(0, some);
                }
            }
        }
    }

    private static async Task<Result<Departures>> DepartAsync(CommandScope scope, IReadOnlyCollection<Departure> leaving)
    {
        scope.NothingToAudit();
        foreach (var (session, isBack, _) in leaving)
        {
            if (!isBack() && await scope.Unit.MarkOfflineAsync(session.DeviceId, session.CredentialVersion, scope.Now))
            {
                scope.Publish(new DeviceChangedEvent(session.OrganizationNumber, session.DeviceId, session.AssetId, session.CredentialVersion));
            }
        }

        return new Departures(leaving.Count);
    }

    internal async Task SignOutLeftoversAsync(Func<long, bool> isBack)
    {
        var command = new Command(AuditActions.DeviceSignedIn, Right.None, null);
        await commands.RunAsPortalAsync<Departures>(command, async scope =>
        {
            scope.NothingToAudit();
            var online = await (
                from left in scope.Db.OnlineDevices.AsNoTracking()
                join device in scope.Db.Devices.AsNoTracking() on left.DeviceId equals device.Id into there
                from device in there.DefaultIfEmpty()
                select new { Left = left, device.OrganizationNumber, DeviceKey = (string?)device.DeviceKey }).ToListAsync();
            var leaving = online.Where(device => !isBack(device.Left.DeviceId)).ToList();
            foreach (var device in leaving)
            {
                if (await scope.Unit.MarkOfflineAsync(device.Left.DeviceId, device.Left.CredentialVersion, scope.Now) && device.DeviceKey is { } key)
                {
                    await scope.Unit.LogAsync(ConnectionLine.SignedOut(device.Left.DeviceId, device.OrganizationNumber, key, SignOutReason.Shutdown, scope.Now), scope.Now);
                }
            }

            return new Departures(leaving.Count);
        });
    }

    private static Actor ActorOf(string productKey, string deviceKey, string? address) => new("device", $"{productKey}/{deviceKey}", deviceKey, "", address);

    private static async Task ConnectAsync(CommandScope scope, ConnectingDevice device, string? address)
    {
        await RevealGrants.CloseOfDeviceAsync(scope, device.DeviceId, RevealCloseReason.Activated);
        await foreach (var replacement in s_waiting(scope.Db, device.DeviceId))
        {
            replacement.State = ReplacementState.Connected;
            replacement.ConnectedAt = scope.Now;
            replacement.ConnectedFrom = address;
            scope.Publish(new ReplacementChangedEvent(device.OrganizationNumber, device.AssetId, replacement.Id));
        }
    }

    private sealed record Departure(DeviceSession Session, Func<bool> IsBack, long At);

    private sealed record Departures(int Count);
}
