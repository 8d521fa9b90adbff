namespace Portal.Core.Live;

/// <summary>Events of one command, written in the transaction that caused it and delivered after the commit, in their order.</summary>
public sealed class OutboxMessage
{
    /// <summary>So many events fit into a row.</summary>
    internal const int MaxEvents = 10;

    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>JSON of a list of <see cref="FleetEvent"/>.</summary>
    public required string Payload { get; init; }
}
