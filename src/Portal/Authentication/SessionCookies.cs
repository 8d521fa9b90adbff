using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Portal.Core.Sessions;

namespace Portal.Authentication;

/// <summary>Keeps what a sign-in is about on the server, so that the cookie stays small and ends with the session.</summary>
public sealed class SessionCookies(SessionTicketStore tickets, IDataProtectionProvider protection) : ITicketStore
{
    private readonly IDataProtector _protector = protection.CreateProtector("Portal.Session.Ticket.v1");

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var sessionId = ticket.Principal.ToActor().SessionId;
        await RenewAsync(sessionId, ticket);
        return sessionId;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        tickets.SaveAsync(key, _protector.Protect(TicketSerializer.Default.Serialize(ticket)));

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        if (await tickets.FindAsync(key) is not { } value)
        {
            return null;
        }

        try
        {
            return TicketSerializer.Default.Deserialize(_protector.Unprotect(value));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Sealed under a key that is gone: sign in again.
            return null;
        }
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return null; // the error page is the same for everybody, and what failed may be the look at the session
        }

        var ticket = await RetrieveAsync(key);
        if (ticket is null || httpContext.Request.Path != PortalRoutes.SignInCallback)
        {
            return ticket;
        }

        // A new sign-in gets a session of its own, never the name of the one before it in this browser.
        httpContext.Items[typeof(SessionCookies)] = ticket.Principal.ToActor();
        return null;
    }

    public Task RemoveAsync(string key) => tickets.RemoveAsync(key);
}
