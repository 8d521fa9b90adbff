using Portal.Core.Connections;

namespace Portal.Features.Connections;

/// <summary>What refused sign-ins tell about the hardware on site, and what to do about them.</summary>
/// <param name="Name">Of its texts: <c>Knock{Name}</c> says what it is, <c>Knock{Name}Advice</c> what to try.</param>
/// <param name="NeedsSecret">A new secret is a way out.</param>
/// <param name="IsHarmless">It keeps nobody out: to be known, not to be mended.</param>
public sealed record KnockAdvice(string Name, bool NeedsSecret = false, bool IsHarmless = false)
{
    public static KnockAdvice Of(KnockSummary knock) => knock switch
    {
        { By: KnockedBy.OldUnit } => new("OldUnit", IsHarmless: true),
        { By: KnockedBy.OtherUnit, OtherAssetId: null } => new("Stranger"),
        { By: KnockedBy.OtherUnit } => new("OtherUnit"),
        { By: KnockedBy.WrongWay, Code: ConnectionCodes.SignCheckFailed } => new("WrongWay"),
        { Code: ConnectionCodes.SignCheckFailed } => new("WrongSecret", NeedsSecret: true),
        { Code: ConnectionCodes.Disabled } => new("Disabled"),
        { Code: ConnectionCodes.TooManyConnects } => new("TooOften"),
        { Code: ConnectionCodes.ActivationNotAllowed } => new("NotOpen", NeedsSecret: true),
        { Code: ConnectionCodes.AlreadyActivated } => new("Activated", NeedsSecret: true),
        { Code: ConnectionCodes.NotBehindThisGateway or ConnectionCodes.GatewayMayNotBeBehindAnother } => new("Gateway"),
        _ => new("Other"),
    };
}
