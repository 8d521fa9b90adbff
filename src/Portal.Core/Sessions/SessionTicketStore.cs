using Microsoft.EntityFrameworkCore;
using Portal.Core.Persistence;

namespace Portal.Core.Sessions;

/// <summary>Keeps sealed authentication tickets beside their session rows.</summary>
public sealed class SessionTicketStore(IPortalDatabase database, IDbContextFactory<PortalDbContext> contexts)
{
    public Task SaveAsync(string sessionId, byte[] ticket) => database.WriteAsync(async unit =>
    {
        if (await unit.Db.SessionTickets.FindAsync(sessionId) is { } known)
        {
            known.Value = ticket;
        }
        else
        {
            unit.Db.SessionTickets.Add(new SessionTicket { SessionId = sessionId, Value = ticket });
        }

        return await unit.Db.SaveChangesAsync();
    });

    public async Task<byte[]?> FindAsync(string sessionId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.SessionTickets.AsNoTracking().Where(ticket => ticket.SessionId == sessionId).Select(ticket => ticket.Value).FirstOrDefaultAsync();
    }

    public Task RemoveAsync(string sessionId) => database.WriteAsync(
        unit => unit.Db.SessionTickets.Where(ticket => ticket.SessionId == sessionId).ExecuteDeleteAsync());
}
