using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Portal.Core.Access;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// Sessions and applications by one prepared statement each, on connections of their own: a slow search never keeps a check of rights
/// waiting. What was read holds until the database changes, which costs a look at its version, not a query.
/// </summary>
internal sealed class SqliteSessionFacts(IOptions<DatabaseOptions> options) : ISessionFacts, IDisposable
{
    private const string Select = """
        SELECT a.issuer, a.subject, a.role_values, s.expires_at, o.number, o.organization_id, o.name
        FROM sessions s JOIN accounts a ON a.id = s.account_id
            LEFT JOIN organizations o ON o.organization_id IN (SELECT value FROM json_each(a.organization_ids))
        WHERE s.id = @p0 AND s.ended_at IS NULL AND a.disabled_at IS NULL
        ORDER BY o.name
        """;

    private const string SelectApplication = """
        SELECT a.id, a.rights, a.allows_clear_text, o.number, o.organization_id, o.name
        FROM applications a JOIN organizations o ON o.number = a.organization_number
        WHERE a.access_key = @p0 AND a.disabled_at IS NULL
        """;

    private readonly SqliteReadPool _pool = new(options);

    /// <summary>The statements on the writer's connection, of which there is one at a time; they go with it.</summary>
    private readonly ConditionalWeakTable<SqliteConnection, Prepared> _prepared = [];

    public SessionFacts? Find(string sessionId, DateTimeOffset now) => _pool.ReadHere(reader => reader.Keep(sessionId, () =>
    {
        using var rows = reader.Query(Select, [sessionId]);
        return Read(rows);
    }))?.At(now);

    public SessionFacts? Find(PortalDbContext db, string sessionId, DateTimeOffset now) =>
        PreparedOn(db).Session(sessionId)?.At(now);

    public ApplicationFacts? FindApplication(string accessKey) => _pool.ReadHere(reader => reader.Keep(accessKey, () =>
    {
        using var rows = reader.Query(SelectApplication, [accessKey]);
        return ReadApplication(rows);
    }));

    public ApplicationFacts? FindApplication(PortalDbContext db, string accessKey) =>
        PreparedOn(db).Application(accessKey);

    public void Dispose() => _pool.Dispose();

    private Prepared PreparedOn(PortalDbContext db)
    {
        var prepared = _prepared.GetValue((SqliteConnection)db.Database.GetDbConnection(), Prepared.On);
        prepared.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        return prepared;
    }

    private static ApplicationFacts? ReadApplication(SqliteDataReader rows) => rows.Read()
        ? new ApplicationFacts(
            rows.GetInt64(0), (Right)rows.GetInt32(1), rows.GetBoolean(2), new OrganizationAccess(rows.GetInt64(3), rows.GetString(4), rows.GetString(5)))
        : null;

    private static FoundSession? Read(SqliteDataReader rows)
    {
        if (!rows.Read())
        {
            return null;
        }

        var organizations = new List<OrganizationAccess>();
        var facts = new SessionFacts(
            rows.GetString(0), rows.GetString(1), JsonSerializer.Deserialize<string[]>(rows.GetString(2)) ?? [], organizations);
        var expiresAt = rows.GetInt64(3);
        do
        {
            if (!rows.IsDBNull(4))
            {
                organizations.Add(new OrganizationAccess(rows.GetInt64(4), rows.GetString(5), rows.GetString(6)));
            }
        }
        while (rows.Read());

        return new FoundSession(facts, expiresAt);
    }

    private sealed class Prepared(SqliteCommand session, SqliteCommand application)
    {
        public SqliteTransaction? Transaction { get; set; }

        public static Prepared On(SqliteConnection connection) => new(Prepare(connection, Select), Prepare(connection, SelectApplication));

        public FoundSession? Session(string sessionId)
        {
            using var rows = Run(session, sessionId);
            return Read(rows);
        }

        public ApplicationFacts? Application(string accessKey)
        {
            using var rows = Run(application, accessKey);
            return ReadApplication(rows);
        }

        private static SqliteCommand Prepare(SqliteConnection connection, string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.Add(new SqliteParameter("@p0", SqliteType.Text));
            return command;
        }

        private SqliteDataReader Run(SqliteCommand command, string value)
        {
            command.Transaction = Transaction;
            command.Parameters[0].Value = value;
            return command.ExecuteReader();
        }
    }

    private sealed record FoundSession(SessionFacts Facts, long ExpiresAt)
    {
        public SessionFacts? At(DateTimeOffset now) => ExpiresAt > now.ToUnixTimeMilliseconds() ? Facts : null;
    }
}
