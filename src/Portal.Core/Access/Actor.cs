namespace Portal.Core.Access;

/// <summary>Who asks: an identity and the sign-in it came through, nothing else.</summary>
/// <remarks>
/// An actor carries no rights and no organizations on purpose: what it may do is read from the database on every
/// call (<see cref="AccessRules"/>), so a stale or forged one cannot do more than its session allows now.
/// </remarks>
/// <param name="Issuer">OpenID Connect issuer; together with <paramref name="Subject"/> the identity.</param>
/// <param name="Subject">Subject at the issuer.</param>
/// <param name="Name">Display name, for audit entries and screens only.</param>
/// <param name="SessionId">The sign-in, <see cref="OperatorSession.Id"/>.</param>
/// <param name="Address">Network address of the caller as the portal saw it; <see langword="null"/> for the portal's own jobs.</param>
public sealed record Actor(string Issuer, string Subject, string Name, string SessionId, string? Address)
{
    /// <summary>Names the call it came with, for callers that know it by that (EnOS <c>requestId</c>); audit entries repeat it.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// Names a signed call for good: what it asks for is done once, whatever operation ID comes with it, since a signature
    /// does not cover that. <see langword="null"/> for everybody whose requests nobody could send again.
    /// </summary>
    public string? CallId { get; init; }

    /// <summary>For what is done beside the thing that the call asks for.</summary>
    internal Actor WithoutCall() => this with { CallId = null };
}
