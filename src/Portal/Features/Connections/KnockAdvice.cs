using Portal.Core.Connections;

namespace Portal.Features.Connections;

/// <summary>What refused sign-ins tell about the hardware on site, and what to do about them.</summary>
/// <param name="Name">Of its texts: <c>Knock{Name}</c> says what it is, <c>Knock{Name}Advice</c> what to try.</param>
/// <param name="NeedsSecret">A new secret is a way out.</param>
public sealed record KnockAdvice(string Name, bool NeedsSecret = false)
{
    /// <summary>An old unit that has been quiet for so long was switched off, or is in a box.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromDays(1);

    public static KnockAdvice Of(KnockSummary knock) => knock switch
    {
        { By: KnockedBy.OldUnit } => new("OldUnit"),
        { By: KnockedBy.OtherUnit, OtherAssetId: null } => new("Stranger"),
        { By: KnockedBy.OtherUnit } => new("OtherUnit"),
        { Code: ConnectionCodes.SignCheckFailed } => new("WrongSecret", NeedsSecret: true),
        { Code: ConnectionCodes.Disabled } => new("Disabled"),
        { Code: ConnectionCodes.TooManyConnects } => new("TooOften"),
        { Code: ConnectionCodes.ActivationNotAllowed } => new("NotOpen", NeedsSecret: true),
        { Code: ConnectionCodes.AlreadyActivated } => new("Activated", NeedsSecret: true),
        { Code: ConnectionCodes.NotBehindThisGateway or ConnectionCodes.GatewayMayNotBeBehindAnother } => new("Gateway"),
        _ => new("Other"),
    };

    /// <summary>Those that still say something: not the tries before a success, not an old unit that has been quiet for long.</summary>
    /// <param name="lastOnlineAt">The last accepted sign-in of the present hardware.</param>
    public static IReadOnlyList<KnockSummary> Open(IEnumerable<KnockSummary> knocks, DateTimeOffset? lastOnlineAt, DateTimeOffset now) =>
        [.. knocks.Where(knock => knock.By == KnockedBy.Present ? lastOnlineAt is null || knock.LastAt > lastOnlineAt : now - knock.LastAt < s_quiet)];
}
