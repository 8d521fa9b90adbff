using System.Collections.Concurrent;
using Portal.Core.Secrets;

namespace Portal.Core.Connections;

/// <summary>Why a device is no longer signed in.</summary>
public enum SignOutReason
{
    /// <summary>It said so.</summary>
    Closed = 0,
    ConnectionLost = 1,

    /// <summary>Nothing was heard of it for longer than it promised.</summary>
    KeepAlive = 2,

    /// <summary>The same device signed in again.</summary>
    TakenOver = 3,

    /// <summary>Replaced, or its secret was renewed, or it was disabled or deleted.</summary>
    CredentialEnded = 4,

    /// <summary>It did what it may not.</summary>
    Refused = 5,

    /// <summary>The portal stopped.</summary>
    Shutdown = 6,

    /// <summary>It has been given its secret and is to come again with it.</summary>
    SecretIssued = 7,
}

/// <summary>A device that is signed in: good for one generation of its secret and no longer.</summary>
public sealed class DeviceSession
{
    private readonly ConcurrentDictionary<(string ProductKey, string DeviceKey), DeviceSession> _behind = new();
    private int _ended = -1;
    private int _presence;
    private int _expected;

    internal DeviceSession(ConnectingDevice device, string? address, DateTimeOffset since, DeviceSession? gateway = null)
    {
        (DeviceId, OrganizationNumber, AssetId) = (device.DeviceId, device.OrganizationNumber, device.AssetId);
        (ProductKey, DeviceKey, CredentialVersion, IsGateway) = (device.ProductKey, device.DeviceKey, device.CredentialVersion, device.IsGateway);
        (RenewedAt, HardwareId) = (device.RenewedAt, device.HardwareId);
        (Address, Since, Gateway) = (address, since, gateway);
    }

    public long DeviceId { get; }

    public long OrganizationNumber { get; }

    public string AssetId { get; }

    public string ProductKey { get; }

    public string DeviceKey { get; }

    public int CredentialVersion { get; }

    /// <summary>When its secret was made by a replacement or re-issue; nothing for one that the device was created with.</summary>
    public DateTimeOffset? RenewedAt { get; }

    /// <summary>The replacement that brought this unit; 0 for the first behind its asset.</summary>
    public long HardwareId { get; }

    public bool IsGateway { get; }

    public string? Address { get; }

    public DateTimeOffset Since { get; }

    /// <summary>Through which it signed in; none when it came by itself.</summary>
    public DeviceSession? Gateway { get; }

    /// <summary>It proved the product's secret, not its own: it may receive <see cref="IssuedSecret"/> and nothing else.</summary>
    public bool IsActivation => IssuedSecret is not null;

    /// <summary>To be sent to the device once, and disposed then.</summary>
    public SecretBytes? IssuedSecret { get; internal init; }

    /// <summary>False from the moment at which its credential ended, whatever it was that ended it.</summary>
    public bool IsLive => Volatile.Read(ref _ended) < 0;

    /// <summary>Why it is over; nothing while it is live.</summary>
    public SignOutReason? EndedBy => Volatile.Read(ref _ended) is >= 0 and var reason ? (SignOutReason)reason : null;

    /// <summary>Devices that signed in through this one.</summary>
    public IReadOnlyCollection<DeviceSession> SubDevices => (IReadOnlyCollection<DeviceSession>)_behind.Values;

    /// <summary>One more is about to sign in behind it: many may at once.</summary>
    /// <returns>How many there will be if all of them do.</returns>
    internal int Expect() => Interlocked.Increment(ref _expected) + _behind.Count;

    internal void ExpectNoMore() => Interlocked.Decrement(ref _expected);

    /// <summary>Itself, or a live device behind it: for whom it may speak.</summary>
    public DeviceSession? Find(string productKey, string deviceKey) =>
        productKey == ProductKey && deviceKey == DeviceKey ? (IsLive ? this : null)
        : _behind.TryGetValue((productKey, deviceKey), out var behind) && behind.IsLive && IsLive ? behind : null;

    /// <returns>False if it was over already.</returns>
    internal bool End(SignOutReason reason) => Interlocked.CompareExchange(ref _ended, (int)reason, -1) < 0;

    /// <summary>Its sign-in is written: from now on somebody must tell that it left.</summary>
    internal void Enter() => Interlocked.Exchange(ref _presence, 1);

    /// <returns>True once, and only after it entered.</returns>
    internal bool TryLeave() => Interlocked.CompareExchange(ref _presence, 2, 1) == 1;

    internal void Add(DeviceSession behind) => _behind[(behind.ProductKey, behind.DeviceKey)] = behind;

    internal void Remove(DeviceSession behind) => _behind.TryRemove(new((behind.ProductKey, behind.DeviceKey), behind));
}
