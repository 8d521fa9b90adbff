using Microsoft.Extensions.Options;
using Portal.Core.Applications;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Applications by one prepared statement for each way they are asked for.</summary>
internal sealed class SqliteApplicationFacts(SqliteFactsPool pool) : IApplicationFacts
{
    private const string Select = """
        SELECT access_key, name, organization_number, secret_version, secret_key_id, secret_sealed, token_id, token_expires_at
        FROM applications WHERE disabled_at IS NULL AND 
        """;

    private const string SelectKey = """
        SELECT k.fingerprint, k.size_in_bits FROM applications a JOIN application_public_keys k ON k.application_id = a.id
        WHERE a.access_key = ? AND a.disabled_at IS NULL AND k.fingerprint = ? AND k.state = 0
        """;

    public SigningApplication? FindByAccessKey(string accessKey) => Find("access_key = ?", accessKey);

    public SigningApplication? FindByToken(byte[] tokenId) => Find("token_id = ?", tokenId);

    public SigningApplication? FindByBearerClient(string clientId) => Find("bearer_client_id = ?", clientId);

    public RegisteredKey? FindCurrentKey(string accessKey, string fingerprint) => pool.ReadHere(reader =>
    {
        using var row = reader.Prepared(SelectKey).Read(accessKey, fingerprint);
        return row.Next() ? new RegisteredKey(row.Text(0), (int)row.Number(1), IsCurrent: true) : null;
    });

    private SigningApplication? Find(string condition, object value) => pool.ReadHere(reader =>
    {
        using var row = reader.Prepared(Select + condition).Read(value);
        return row.Next()
            ? new SigningApplication(
                row.Text(0), row.Text(1), row.Number(2), (int)row.Number(3), row.Text(4), row.Bytes(5), row.IsNull(6) ? null : row.Bytes(6),
                row.IsNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Number(7)))
            : null;
    });
}
