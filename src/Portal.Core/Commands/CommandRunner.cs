using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Live;
using Portal.Core.Persistence;

namespace Portal.Core.Commands;

/// <summary>
/// The one way to change anything: right and session checked, operation recognised, change, audit entry and events
/// written, all in one transaction. A refusal is undone and audited in the same transaction.
/// </summary>
public sealed class CommandRunner(
    IPortalDatabase database, AccessRules rules, CommittedEvents committed, TimeProvider clock, ILogger<CommandRunner> logger)
{
    /// <summary>The portal's own jobs and its doors before a session exists; not reachable with an operator's identity.</summary>
    internal static Actor Portal { get; } = new("portal", "portal", "Portal", "", null);

    /// <summary>Runs a command of an operator.</summary>
    /// <param name="stillHolds">Looks at a success that was remembered: why it cannot be told again, or nothing if it can.</param>
    /// <returns>
    /// What <paramref name="body"/> returns, or <see cref="NotSignedIn"/>, <see cref="AccessDenied"/>,
    /// <see cref="OperationReused"/>, <see cref="CallRepeated"/>, <see cref="StorageUnavailable"/>.
    /// </returns>
    public Task<Result<T>> RunAsync<T>(
        Command command, Func<CommandScope, Task<Result<T>>> body, Func<PortalDbContext, T, Task<Error?>>? stillHolds = null, CancellationToken cancellationToken = default)
        where T : notnull => WriteAsync(command, work => database.WriteAsync(work, cancellationToken), async (unit, events) =>
        {
            var access = rules.Require(unit, command.Actor, command.Right);
            if (!access.IsSuccess)
            {
                return await RefuseAsync(unit, command, access.Error);
            }

            if (command.OperationId is { Length: 0 or > Operations.MaxIdLength })
            {
                return await RefuseAsync(unit, command, new OperationIdInvalid());
            }

            var use = await Operations.FindUseAsync(unit, command);
            var known = use == CallUse.Other ? null : await Operations.FindAsync<T>(unit, command);
            return known switch
            {
                null when use != CallUse.None => await RefuseAsync(unit, command, new CallRepeated(), remembers: false),
                null => await PerformAsync(unit, command, access.Value, events, body),
                { Error: OperationReused reused } => await RefuseAsync(unit, command, reused),
                { Value: { } value } when stillHolds is not null && await stillHolds(unit.Db, value) is { } over => await RefuseAsync(unit, command, over, remembers: false),
                _ => await TellAgainAsync(unit, command, use, known),
            };
        });

    /// <summary>Runs a command of the portal itself, or of a door on behalf of someone it has just identified.</summary>
    internal Task<Result<T>> RunAsPortalAsync<T>(Command command, Func<CommandScope, Task<Result<T>>> body, CancellationToken cancellationToken = default)
        where T : notnull => WriteAsync(command, work => database.WriteAsync(work, cancellationToken), (unit, events) => PerformAsPortalAsync(unit, command, events, body));

    /// <summary>As <see cref="RunAsPortalAsync"/>, under the conditions of <see cref="IPortalDatabase.WriteTogetherAsync"/>.</summary>
    internal Task<Result<T>> RunTogetherAsync<T>(Command command, Func<CommandScope, Task<Result<T>>> body)
        where T : notnull => WriteAsync(command, database.WriteTogetherAsync, (unit, events) => PerformAsPortalAsync(unit, command, events, body));

    private async Task<Result<T>> WriteAsync<T>(
        Command command, Func<Func<IWriteUnit, Task<Result<T>>>, Task<Result<T>>> write, Func<IWriteUnit, List<FleetEvent>, Task<Result<T>>> work)
        where T : notnull
    {
        try
        {
            var events = new List<FleetEvent>();
            var result = await write(unit => work(unit, events));
            if (result.IsSuccess)
            {
                committed.Publish(events);
            }

            return result;
        }
        catch (StorageException exception)
        {
            logger.LogError(exception, "{Action} was not written", command.Action);
            return new StorageUnavailable(exception.Message);
        }
    }

    private Task<Result<T>> PerformAsPortalAsync<T>(IWriteUnit unit, Command command, List<FleetEvent> events, Func<CommandScope, Task<Result<T>>> body)
        where T : notnull => PerformAsync(unit, command, new Access.Access(command.Actor ?? Portal, Right.None, []), events, body);

    private async Task<Result<T>> PerformAsync<T>(
        IWriteUnit unit, Command command, Access.Access access, List<FleetEvent> events, Func<CommandScope, Task<Result<T>>> body)
        where T : notnull
    {
        var scope = new CommandScope(unit, database, command, access, events, clock.GetUtcNow());
        var result = await body(scope);
        if (!result.IsSuccess)
        {
            return await RefuseAsync(unit, command, result.Error, scope.OrganizationNumber);
        }

        if (!scope.IsAudited)
        {
            throw new InvalidOperationException($"{command.Action} succeeded without an audit entry.");
        }

        await unit.SaveAsync();
        scope.WriteEvents();
        await Operations.RecordAsync(unit, command, result, scope.Now);
        await Operations.SpendAsync(unit, command, scope.Now);
        return result;
    }

    /// <summary>The same intent in another signed call: that call is used up by the answer.</summary>
    private async Task<Result<T>> TellAgainAsync<T>(IWriteUnit unit, Command command, CallUse use, Result<T> known)
        where T : notnull
    {
        if (use == CallUse.None)
        {
            await Operations.SpendAsync(unit, command, clock.GetUtcNow());
        }

        return known;
    }

    private async Task<Error> RefuseAsync(IWriteUnit unit, Command command, Error error, long? organizationNumber = null, bool remembers = true)
    {
        await unit.StartOverAsync();
        var now = clock.GetUtcNow();
        await AuditTrail.AppendAsync(
            unit, new AuditFacts(command.Action, error.GetType().Name, command.Actor, organizationNumber, command.AssetId, command.OperationId, error), now);

        // Who may not do it now may be allowed to later: only an outcome of the command itself is remembered.
        if (remembers && error is not (NotSignedIn or AccessDenied or OperationReused or OperationIdInvalid))
        {
            await Operations.RecordErrorAsync(unit, command, error, now);
            await Operations.SpendAsync(unit, command, now);
        }

        return error;
    }
}
