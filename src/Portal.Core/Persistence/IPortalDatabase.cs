using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Live;

namespace Portal.Core.Persistence;

/// <summary>What differs between the databases the portal runs on; one folder beside this file each.</summary>
public interface IPortalDatabase
{
    /// <summary>Completes at the next commit in this process.</summary>
    Task NextCommit { get; }

    /// <summary>Brings an empty or older database to the present schema.</summary>
    Task MigrateAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs <paramref name="work"/> in a write transaction, alone or together with other work that waits, and returns
    /// when it is durable. If the work throws, all of it and only it is undone.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting, never work that has begun.</param>
    /// <exception cref="StorageException">The database did not take it; nothing was changed.</exception>
    Task<T> WriteAsync<T>(Func<IWriteUnit, Task<T>> work, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="WriteAsync"/>, for what a fleet does all day and no input makes fail. It may refuse as long as it has written nothing;
    /// should it throw after that, whatever is in the same transaction is undone with it: to be ready to undo each by itself is a tenth of the work.
    /// </summary>
    Task<T> WriteTogetherAsync<T>(Func<IWriteUnit, Task<T>> work);

    /// <summary>Whether a failed save means that a unique index refused it.</summary>
    bool IsUniqueViolation(Exception exception);

    /// <summary>Whether a read or a write failed because of the database itself: trying again later may help.</summary>
    bool IsStorageFault(Exception exception);
}

/// <summary>One piece of work inside a write transaction.</summary>
public interface IWriteUnit
{
    PortalDbContext Db { get; }

    /// <summary>Saves what <see cref="Db"/> tracks; nothing to do when nobody asked for it.</summary>
    Task SaveAsync();

    /// <summary>Writes a new row at once and without the change tracker: for what is only ever added, by almost every command.</summary>
    /// <returns>The row number, where the database gives one.</returns>
    Task<long> InsertAsync<T>(T row)
        where T : class;

    /// <summary>As <see cref="ISessionFacts.Find"/>, in this transaction.</summary>
    SessionFacts? FindSession(string sessionId, DateTimeOffset now);

    /// <summary>As <see cref="ISessionFacts.FindApplication"/>, in this transaction.</summary>
    ApplicationFacts? FindApplication(string accessKey);

    /// <summary>The device with its credential and product, in whichever organization, without the change tracker.</summary>
    Task<Device?> FindDeviceAsync(AssetSelector selector);

    /// <summary>What an operation came to, without the change tracker.</summary>
    Task<Operation?> FindOperationAsync(string scope, string operationId);

    /// <summary>What secrets are sealed with for the application, without the change tracker; nothing when it has registered none.</summary>
    Task<ApplicationPublicKey?> FindCurrentKeyAsync(long applicationId);

    /// <summary>Whether somebody may still see a secret of the device: hardly ever, so that who closes grants asks this first.</summary>
    Task<bool> HasOpenGrantAsync(long deviceId);

    /// <summary>
    /// Writes key, status and credential of a device that was read without the change tracker, and that its hardware was never seen. A
    /// replacement is what a fleet does most, and the change tracker would take longer over it than the database.
    /// </summary>
    /// <param name="device">Its version is already the next one.</param>
    /// <returns>False when another device of the product has the key.</returns>
    Task<bool> RenewAsync(Device device);

    /// <summary>Whether the device still has this generation of its secret and is not disabled: what it says counts.</summary>
    bool IsCurrent(long deviceId, int credentialVersion);

    /// <summary>A device of this generation signed in: it is online, and activated if this is the first time.</summary>
    Task<OnlineMark> MarkOnlineAsync(long deviceId, int credentialVersion, DateTimeOffset now);

    /// <summary>The device is gone.</summary>
    /// <returns>Whether it was online in this generation.</returns>
    Task<bool> MarkOfflineAsync(long deviceId, int credentialVersion, DateTimeOffset now);

    /// <summary>The last entry of the audit table as this transaction sees it; none when it is empty.</summary>
    Task<AuditHead?> ReadAuditHeadAsync();

    /// <summary>Events of this work, delivered after the commit and only if the work is kept.</summary>
    void Publish(IReadOnlyList<FleetEvent> events, DateTimeOffset now);

    /// <summary>Writes a line of the connection log and keeps the log of its device within its bounds.</summary>
    /// <param name="sameSince">An equal refusal since then is counted and not written again.</param>
    Task LogAsync(ConnectionLine line, DateTimeOffset sameSince);

    /// <summary>
    /// Writes the last line of the log of a device that is deleted: what comes to its log a moment later is its own, because no other
    /// device gets its row number while a line names it.
    /// </summary>
    Task LogRemovalAsync(Device device, DateTimeOffset now);

    /// <summary>Undoes everything this unit did so far; the unit goes on empty.</summary>
    Task StartOverAsync();
}

/// <summary>What a sign-in met.</summary>
public enum OnlineMark
{
    /// <summary>There is no such device, or its secret is another by now.</summary>
    Refused,
    Disabled,
    First,

    /// <summary>As <see cref="First"/>, and a replacement waits for it, or somebody may still see its secret.</summary>
    FirstAwaited,
    Again,
}

/// <summary>The database is busy beyond patience, full, read-only or broken. Nothing was changed.</summary>
/// <param name="message">The cause in words for a user; no path and no SQL.</param>
public sealed class StorageException(string message, Exception? innerException) : Exception(message, innerException);
