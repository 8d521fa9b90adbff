using Portal.Core.Access;

namespace Portal.Core.Commands;

/// <summary>What is asked for, by whom and with which right: enough to refuse, to recognise and to audit it.</summary>
/// <param name="Action">One of <see cref="Auditing.AuditActions"/>.</param>
/// <param name="Right">The right that it takes.</param>
/// <param name="Actor">Who asks.</param>
public sealed record Command(string Action, Right Right, Actor? Actor)
{
    /// <summary>The asset that it is about, for the audit entry of a refusal.</summary>
    public string? AssetId { get; init; }

    /// <summary>Made by the caller once for each intent; the same one again gets the same outcome and no second effect.</summary>
    public string? OperationId { get; init; }

    /// <summary>Everything that distinguishes this request from another, for <see cref="OperationId"/>; never a secret.</summary>
    public object? Request { get; init; }
}
