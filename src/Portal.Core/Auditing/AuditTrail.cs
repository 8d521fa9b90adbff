using System.Buffers;
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

    private static readonly SearchValues<char> s_controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x100).Select(code => (char)code).Where(char.IsControl)]);

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new BoundedText() },
    };

    public static async Task AppendAsync(IWriteUnit unit, AuditFacts facts, DateTimeOffset now) =>
        await unit.InsertAsync(Create(await unit.ReadAuditHeadAsync() ?? new AuditHead(0, AuditChain.Start), facts, now));

    private static AuditEntry Create(AuditHead head, AuditFacts facts, DateTimeOffset now)
    {
        var entry = new AuditEntry
        {
            Sequence = head.Sequence + 1,
            At = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            ActorIssuer = Clean(facts.Actor?.Issuer) ?? "",
            ActorSubject = Clean(facts.Actor?.Subject) ?? "",
            ActorName = Clean(facts.Actor?.Name) ?? "",
            Address = Clean(facts.Actor?.Address),
            Action = facts.Action,
            Outcome = facts.Outcome,
            OrganizationNumber = facts.OrganizationNumber,
            AssetId = Clean(facts.AssetId),
            OperationId = Clean(facts.OperationId),
            Detail = Detail(facts),
        };
        entry.Hash = AuditChain.Hash(head.Hash, entry);
        return entry;
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
        return cut.AsSpan().ContainsAny(s_controls) ? string.Concat(cut.Select(character => char.IsControl(character) ? '�' : character)) : cut;
    }

    /// <summary>A refusal repeats what was asked for; nobody fills the disk with one.</summary>
    private sealed class BoundedText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Length > MaxDetailTextLength ? value.AsSpan(0, MaxDetailTextLength) : value);
    }
}
