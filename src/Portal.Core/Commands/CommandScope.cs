using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Live;
using Portal.Core.Persistence;

namespace Portal.Core.Commands;

/// <summary>A command inside its transaction.</summary>
public sealed class CommandScope
{
    private readonly IPortalDatabase _database;
    private readonly List<FleetEvent> _events;

    internal CommandScope(IWriteUnit unit, IPortalDatabase database, Command command, Access.Access access, List<FleetEvent> events, DateTimeOffset now)
    {
        (Unit, _database, _events) = (unit, database, events);
        (Command, Access, Now) = (command, access, now);
    }

    public PortalDbContext Db => Unit.Db;

    internal IWriteUnit Unit { get; }

    public Command Command { get; }

    /// <summary>What the actor may do, read in this transaction.</summary>
    public Access.Access Access { get; }

    public Actor Actor => Access.Actor;

    public DateTimeOffset Now { get; }

    /// <summary>
    /// Where the command acts, as soon as that is known: a refusal is filed there, and only who audits that organization
    /// reads it. Without one it is read by who audits the person.
    /// </summary>
    public long? OrganizationNumber { get; set; }

    internal bool IsAudited { get; private set; }

    /// <summary>Writes the audit entry of what was done; every command that succeeds has at least one.</summary>
    /// <param name="detail">Facts of this action; serialised to JSON. Never a secret.</param>
    public Task AuditAsync(long? organizationNumber, string? assetId, object detail)
    {
        IsAudited = true;
        return AuditTrail.AppendAsync(Unit, new AuditFacts(Command.Action, AuditTrail.Ok, Actor, organizationNumber, assetId, Command.OperationId, detail), Now);
    }

    /// <summary>For a job of the portal that found nothing to do, and for what devices do all day, which the connection log has.</summary>
    internal void NothingToAudit() => IsAudited = true;

    /// <summary>An event for open screens, delivered after the commit.</summary>
    public void Publish(FleetEvent fleetEvent) => _events.Add(fleetEvent);

    internal Task WriteEventsAsync() => _events.Count == 0 ? Task.CompletedTask : WriteEventsAsync(Unit, _events, Now);

    /// <summary>For the few writes that are no command.</summary>
    internal static async Task WriteEventsAsync(IWriteUnit unit, IReadOnlyList<FleetEvent> events, DateTimeOffset now)
    {
        foreach (var some in events.Chunk(OutboxMessage.MaxEvents))
        {
            await unit.InsertAsync(new OutboxMessage { At = now, Payload = JsonSerializer.Serialize(some) });
        }
    }

    /// <summary>Saves what was changed so far; false when a unique index refused it.</summary>
    public async Task<bool> TrySaveAsync()
    {
        try
        {
            await Db.SaveChangesAsync();
            return true;
        }
        catch (Exception exception) when (_database.IsUniqueViolation(exception))
        {
            return false;
        }
    }
}
