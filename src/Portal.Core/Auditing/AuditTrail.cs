using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Access;
using Portal.Core.Persistence;

namespace Portal.Core.Auditing;

/// <summary>What an audit entry says.</summary>
/// <param name="Actor">Who; <see langword="null"/> for a caller that could not be identified.</param>
internal sealed record AuditFacts(
    string Action, string Outcome, Actor? Actor, long? OrganizationNumber, string? AssetId, string? OperationId, object Detail);

/// <summary>Appends to the audit table, inside the transaction of what is audited.</summary>
internal static class AuditTrail
{
    public const string Ok = "ok";

    /// <summary>Longest text that a caller's own words may take in a column of an entry.</summary>
    private const int MaxLength = ColumnLengths.Default;

    /// <summary>And in its detail; no field of the portal is longer, so only senseless input is cut.</summary>
    private const int MaxDetailTextLength = 1000;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new BoundedText() },
    };

    public static async Task AppendAsync(IWriteUnit unit, AuditFacts facts, DateTimeOffset now) =>
        await unit.InsertAsync(Create(await unit.ReadAuditHeadAsync() ?? new AuditHead(0, AuditChain.Start), facts, now));

    private static AuditEntry Create(AuditHead head, AuditFacts facts, DateTimeOffset now)
    {
        // Worded once: the chain hashes the very words that are kept.
        var (issuer, subject, name) = (Clean(facts.Actor?.Issuer) ?? "", Clean(facts.Actor?.Subject) ?? "", Clean(facts.Actor?.Name) ?? "");
        var (address, assetId, operationId, detail) = (Clean(facts.Actor?.Address), Clean(facts.AssetId), Clean(facts.OperationId), Detail(facts));
        AuditEntry With(byte[] hash) => new()
        {
            Sequence = head.Sequence + 1,
            At = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            ActorIssuer = issuer,
            ActorSubject = subject,
            ActorName = name,
            Address = address,
            Action = facts.Action,
            Outcome = facts.Outcome,
            OrganizationNumber = facts.OrganizationNumber,
            AssetId = assetId,
            OperationId = operationId,
            Detail = detail,
            Hash = hash,
        };
        return With(AuditChain.Hash(head.Hash, With([])));
    }

    private static string Detail(AuditFacts facts)
    {
        var detail = JsonSerializer.Serialize(facts.Detail, s_json);
        return Clean(facts.Actor?.RequestId) is { } requestId
            ? $"{detail.AsSpan()[..^1]}{(detail == "{}" ? "" : ",")}\"requestId\":{JsonSerializer.Serialize(requestId, s_json)}}}"
            : detail;
    }

    /// <summary>Text from outside: bounded, and no control character that could forge a line in an export or a log.</summary>
    private static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length > MaxLength ? text[..MaxLength] : text;
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(character => char.IsControl(character) ? '�' : character)) : cut;
    }

    /// <summary>A refusal repeats what was asked for; nobody fills the disk with one.</summary>
    private sealed class BoundedText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Length > MaxDetailTextLength ? value.AsSpan(0, MaxDetailTextLength) : value);
    }
}
