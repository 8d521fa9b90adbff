namespace Portal.Core.Live;

/// <summary>An event, written in the transaction that caused it and delivered after the commit.</summary>
public sealed class OutboxMessage
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>JSON of a <see cref="FleetEvent"/>.</summary>
    public required string Payload { get; init; }
}
