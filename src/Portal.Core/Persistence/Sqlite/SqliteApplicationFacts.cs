using Microsoft.Extensions.Options;
using Portal.Core.Applications;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Applications by one prepared statement for each way they are asked for.</summary>
internal sealed class SqliteApplicationFacts(IOptions<DatabaseOptions> options) : IApplicationFacts, IDisposable
{
    private const string Select = """
        SELECT access_key, name, organization_number, secret_version, secret_key_id, secret_sealed, token_id, token_expires_at
        FROM applications WHERE disabled_at IS NULL AND 
        """;

    private const string SelectKey = """
        SELECT k.fingerprint, k.size_in_bits FROM applications a JOIN application_public_keys k ON k.application_id = a.id
        WHERE a.access_key = @p0 AND a.disabled_at IS NULL AND k.fingerprint = @p1 AND k.state = 0
        """;

    private readonly SqliteReadPool _pool = new(options);

    public SigningApplication? FindByAccessKey(string accessKey) => Find("access_key = @p0", accessKey);

    public SigningApplication? FindByToken(byte[] tokenId) => Find("token_id = @p0", tokenId);

    public SigningApplication? FindByBearerClient(string clientId) => Find("bearer_client_id = @p0", clientId);

    public RegisteredKey? FindCurrentKey(string accessKey, string fingerprint) => _pool.ReadHere(reader =>
    {
        using var rows = reader.Query(SelectKey, [accessKey, fingerprint]);
        return rows.Read() ? new RegisteredKey(rows.GetString(0), rows.GetInt32(1), IsCurrent: true) : null;
    });

    public void Dispose() => _pool.Dispose();

    private SigningApplication? Find(string condition, object value) => _pool.ReadHere(reader =>
    {
        using var rows = reader.Query(Select + condition, [value]);
        return rows.Read()
            ? new SigningApplication(
                rows.GetString(0), rows.GetString(1), rows.GetInt64(2), rows.GetInt32(3), rows.GetString(4), rows.GetFieldValue<byte[]>(5),
                rows.IsDBNull(6) ? null : rows.GetFieldValue<byte[]>(6),
                rows.IsDBNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(7)))
            : null;
    });
}
