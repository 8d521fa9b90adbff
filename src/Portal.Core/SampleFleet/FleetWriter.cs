using System.Data.Common;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;

namespace Portal.Core.SampleFleet;

/// <summary>Writes generated devices with statements that are prepared once: a hundred times as many as one by one through EF Core.</summary>
internal sealed class FleetWriter : IDisposable
{
    /// <summary>Of people who exist in the sample fleet only; nobody can sign in as one of them.</summary>
    private const string Issuer = "sample";

    private static readonly string[] s_people = ["Marta Lindqvist", "Tom Okafor", "李 伟", "王 芳", "Greta Nilsen", "Aidan Walsh", "陈 静", "Sofia Duarte"];

    private readonly IReadOnlyDictionary<string, long> _productIds;
    private readonly DbCommand _device;
    private readonly DbCommand _replacement;
    private readonly DbCommand _grant;

    /// <param name="productIds">Row numbers of products by key.</param>
    public FleetWriter(DbConnection connection, IReadOnlyDictionary<string, long> productIds)
    {
        _productIds = productIds;
        _device = Insert(connection, "devices",
            "id", "organization_number", "asset_id", "product_id", "device_key", "name", "name_zh", "time_zone", "status", "version", "created_at", "activated_at",
            "last_online_at", "last_offline_at", "credential_version", "credential_key_id", "credential_sealed", "former_keys");
        _replacement = Insert(connection, "replacements",
            "device_id", "organization_number", "asset_id", "kind", "old_device_key", "new_device_key", "product_id", "credential_version", "reason", "note",
            "by_issuer", "by_subject", "by_name", "at", "old_device_key_since", "state", "reveal_grant_id", "connected_at", "connected_from");
        _grant = Insert(connection, "reveal_grants",
            "id", "device_id", "organization_number", "asset_id", "product_key", "device_key", "credential_version", "owner_issuer", "owner_subject", "state",
            "created_at", "expires_at", "displays", "closed_at", "close_reason");
    }

    /// <summary>Sealing takes as long as writing: a large load does it on another thread.</summary>
    public static Credential CredentialOf(GeneratedDevice device, DeviceCredentials credentials) =>
        credentials.Create(device.Id, device.Product.Organization.Number, device.AssetId, device.CredentialVersion);

    /// <summary>When the hardware that came has first connected, if it has.</summary>
    public static DateTimeOffset ConnectedAt(SampleReplacement replacement) => replacement.At.AddMinutes(9 + (replacement.Person * 7));

    public void Write(GeneratedDevice device, Credential credential)
    {
        var organizationNumber = device.Product.Organization.Number;
        var productId = _productIds[device.Product.ProductKey];
        Run(
            _device, device.Id, organizationNumber, device.AssetId, productId, device.DeviceKey, device.Name, device.NameZh, device.TimeZone, (int)device.Status,
            device.Version, At(device.CreatedAt), At(device.ActivatedAt), At(device.LastOnlineAt), At(device.LastOfflineAt), credential.Version, credential.KeyId,
            credential.Sealed, device.History.Count == 0 ? null : string.Concat(device.History.Reverse().Select(replacement => replacement.OldKey + "\n")));
        for (var i = 0; i < device.History.Count; i++)
        {
            Write(device, device.History[i], organizationNumber, productId, credentialVersion: i + 2);
        }
    }

    public void Dispose()
    {
        _device.Dispose();
        _replacement.Dispose();
        _grant.Dispose();
    }

    private void Write(GeneratedDevice device, SampleReplacement replacement, long organizationNumber, long productId, int credentialVersion)
    {
        // From the device, so that the fleet is the same each time; written as EF Core writes a GUID.
        var grantId = replacement.Secret == SampleSecret.NotRequested
            ? null
            : new Guid((int)organizationNumber, (short)credentialVersion, 0, BitConverter.GetBytes(device.Id)).ToString().ToUpperInvariant();
        var person = $"sample-{replacement.Person}";
        DateTimeOffset? connectedAt = replacement.State == ReplacementState.Connected ? ConnectedAt(replacement) : null;
        Run(
            _replacement, device.Id, organizationNumber, device.AssetId, (int)replacement.Kind, replacement.OldKey, replacement.NewKey, productId, credentialVersion,
            (int)replacement.Reason, replacement.Note, Issuer, person, s_people[replacement.Person], At(replacement.At), At(replacement.OldKeySince),
            (int)replacement.State, grantId, At(connectedAt), connectedAt is null ? null : "198.51.100.7");
        if (grantId is not null)
        {
            var expiresAt = replacement.At.AddMinutes(15);
            var (closedAt, reason) = replacement.Secret switch
            {
                SampleSecret.Acknowledged => (replacement.At.AddMinutes(2), RevealCloseReason.Acknowledged),
                SampleSecret.Activated => (replacement.At.AddMinutes(9), RevealCloseReason.Activated),
                SampleSecret.Expired => (expiresAt, RevealCloseReason.Expired),
                _ => ((DateTimeOffset?)null, (RevealCloseReason?)null),
            };
            Run(
                _grant, grantId, device.Id, organizationNumber, device.AssetId, device.Product.ProductKey, replacement.NewKey, credentialVersion, Issuer, person,
                (int)(closedAt is null ? RevealState.Open : RevealState.Closed), At(replacement.At), At(expiresAt), 1, At(closedAt), (int?)reason);
        }
    }

    private static long? At(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();

    private static void Run(DbCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private static DbCommand Insert(DbConnection connection, string table, params string[] columns)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names from this file only.
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})";
#pragma warning restore CA2100
        foreach (var column in columns)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + column;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
