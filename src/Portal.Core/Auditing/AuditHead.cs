namespace Portal.Core.Auditing;

/// <summary>The last entry of the audit table, to which the next one is chained.</summary>
public sealed record AuditHead(long Sequence, byte[] Hash);
