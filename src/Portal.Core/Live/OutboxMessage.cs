using System.Text.Json;

namespace Portal.Core.Live;

/// <summary>Events, written in the transaction that caused them and delivered after the commit.</summary>
public sealed class OutboxMessage
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>JSON: a list of <see cref="FleetEvent"/>, or one alone.</summary>
    public required string Payload { get; init; }

    internal static OutboxMessage Of(IReadOnlyList<FleetEvent> events, DateTimeOffset at) =>
        new() { At = at, Payload = events is [var only] ? JsonSerializer.Serialize(only) : JsonSerializer.Serialize(events) };
}
