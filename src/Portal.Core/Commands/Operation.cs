namespace Portal.Core.Commands;

/// <summary>What a command with an operation ID came to, so that asking again does nothing again.</summary>
public sealed class Operation
{
    /// <summary>Issuer and subject of the caller: nobody meets another's operation.</summary>
    public required string Scope { get; init; }

    public required string OperationId { get; init; }

    public required string Action { get; init; }

    /// <summary>SHA-256 of the canonical request; the same ID with another request is refused.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>JSON of the value or the error; never a secret.</summary>
    public required string Outcome { get; init; }

    public DateTimeOffset At { get; init; }
}
