namespace Portal.Core.Access;

/// <summary>Whose a live session is, and what the identity provider last said of that person.</summary>
public sealed record SessionFacts(string Issuer, string Subject, IReadOnlyList<string> RoleValues, IReadOnlyList<OrganizationAccess> Organizations);

/// <summary>
/// Reads sessions and applications. Not through EF Core: every search and every command asks, and the two queries took longer than the
/// search itself.
/// </summary>
public interface ISessionFacts
{
    /// <returns>Nothing when the session is unknown, ended or expired, or its person is kept out.</returns>
    SessionFacts? Find(string sessionId, DateTimeOffset now);

    /// <returns>Nothing when there is no such application, or it is disabled.</returns>
    ApplicationFacts? FindApplication(string accessKey);
}
