using System.Text.Json;
using Portal.Core.Access;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>What was read holds until the database changes, which costs a look at its version, not a query.</summary>
internal sealed class SqliteSessionFacts(SqliteFactsPool pool) : ISessionFacts
{
    internal const string Select = """
        SELECT a.issuer, a.subject, a.role_values, s.expires_at, o.number, o.organization_id, o.name
        FROM sessions s JOIN accounts a ON a.id = s.account_id
            LEFT JOIN organizations o ON o.organization_id IN (SELECT value FROM json_each(a.organization_ids))
        WHERE s.id = ? AND s.ended_at IS NULL AND a.disabled_at IS NULL
        ORDER BY o.name
        """;

    internal const string SelectApplication = """
        SELECT a.id, a.rights, a.allows_clear_text, o.number, o.organization_id, o.name
        FROM applications a JOIN organizations o ON o.number = a.organization_number
        WHERE a.access_key = ? AND a.disabled_at IS NULL
        """;

    public SessionFacts? Find(string sessionId, DateTimeOffset now) =>
        pool.ReadHere(reader => reader.Keep(sessionId, () => Read(reader.Prepared(Select), sessionId)))?.At(now);

    public ApplicationFacts? FindApplication(string accessKey) =>
        pool.ReadHere(reader => reader.Keep(accessKey, () => ReadApplication(reader.Prepared(SelectApplication), accessKey)));

    internal static ApplicationFacts? ReadApplication(PreparedCommand command, string accessKey)
    {
        using var row = command.Read(accessKey);
        return row.Next()
            ? new ApplicationFacts(row.Number(0), (Right)row.Number(1), row.Flag(2), new OrganizationAccess(row.Number(3), row.Text(4), row.Text(5)))
            : null;
    }

    internal static FoundSession? Read(PreparedCommand command, string sessionId)
    {
        using var rows = command.Read(sessionId);
        if (!rows.Next())
        {
            return null;
        }

        var organizations = new List<OrganizationAccess>();
        var facts = new SessionFacts(rows.Text(0), rows.Text(1), JsonSerializer.Deserialize<string[]>(rows.Text(2)) ?? [], organizations);
        var expiresAt = rows.Number(3);
        do
        {
            if (!rows.IsNull(4))
            {
                organizations.Add(new OrganizationAccess(rows.Number(4), rows.Text(5), rows.Text(6)));
            }
        }
        while (rows.Next());

        return new FoundSession(facts, expiresAt);
    }

    internal sealed record FoundSession(SessionFacts Facts, long ExpiresAt)
    {
        public SessionFacts? At(DateTimeOffset now) => ExpiresAt > now.ToUnixTimeMilliseconds() ? Facts : null;
    }
}
