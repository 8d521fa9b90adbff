using System.Security.Cryptography;
using System.Text;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;

namespace Unit.Support;

/// <summary>Short ways to the commands that many tests give.</summary>
internal static class PortalCommands
{
    public static Task<Result<ReplacedDevice>> ReplaceAsync(
        this TestPortal portal, Actor? actor, string assetId, string newKey, int? seenVersion = null, string? operationId = null, bool showSecret = true) =>
        portal.Get<ReplacementService>().ReplaceAsync(actor, new ReplaceDeviceRequest(
            AssetSelector.Asset(assetId), newKey, showSecret ? SecretDelivery.Reveal : SecretDelivery.None, ReplacementReason.Broken, "flooded", seenVersion, operationId));

    /// <summary>Makes a device and replaces it at once: the grant is open and nothing was displayed.</summary>
    public static async Task<Guid> OpenGrantAsync(this TestPortal portal, Actor actor, string assetId, string organizationId = TestPortal.Organization)
    {
        await portal.AddDeviceAsync(assetId, $"{assetId}-old", organizationId);
        return Value(await portal.ReplaceAsync(actor, assetId, $"{assetId}-new")).RevealGrantId!.Value;
    }

    public static Task<Result<RevealedSecret>> DisplayAsync(this TestPortal portal, Actor? actor, Guid grantId) =>
        portal.Get<RevealService>().DisplayAsync(actor, grantId);

    /// <summary>One display; the plain secret, or nothing and the error.</summary>
    public static async Task<(string? Secret, Error? Error)> ReadSecretAsync(this TestPortal portal, Actor? actor, Guid grantId)
    {
        var result = await portal.DisplayAsync(actor, grantId);
        using var revealed = result.Value;
        return (revealed is null ? null : Encoding.ASCII.GetString(revealed.Bytes.Span), result.Error);
    }

    public static T Value<T>(Result<T> result)
        where T : notnull
    {
        Assert.Null(result.Error);
        return result.Value!;
    }

    /// <summary>Everything in a table, one text a row, in key order.</summary>
    public static IReadOnlyList<string> Rows(this TestDatabase database, string sql)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column =>
                $"{reader.GetName(column)}={(reader.IsDBNull(column) ? "∅" : reader.GetValue(column) is byte[] bytes ? Convert.ToHexStringLower(bytes) : reader.GetValue(column))}")));
        }

        return rows;
    }

    /// <summary>A fingerprint of every ordinary table but the ones named.</summary>
    public static string Snapshot(this TestDatabase database, params string[] without)
    {
        // Not the trigram index and what waits to come into it: it follows the devices by itself, whenever it is quiet.
        var tables = database.Rows("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'device\\_search%' ESCAPE '\\' AND name <> 'search_pending' ORDER BY name")
            .Select(row => row["name=".Length..]).Where(name => !without.Contains(name) && name != "sqlite_sequence");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in tables.SelectMany(table => database.Rows($"SELECT '{table}' AS t, * FROM \"{table}\"").Order(StringComparer.Ordinal)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(row));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
