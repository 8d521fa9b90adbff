namespace Portal.Core.Sessions;

/// <summary>The sealed authentication ticket of a session, so that the cookie holds only its name.</summary>
public sealed class SessionTicket
{
    public required string SessionId { get; init; }

    public required byte[] Value { get; set; }
}
