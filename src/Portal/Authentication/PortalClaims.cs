using System.Security.Claims;
using Portal.Core.Access;

namespace Portal.Authentication;

/// <summary>What the principal of a signed-in person holds: who, and which sign-in. Rights come from the database.</summary>
public static class PortalClaims
{
    public const string Issuer = "iss";
    public const string Subject = "sub";
    public const string Name = "name";

    /// <summary>The portal's own session, <see cref="OperatorSession.Id"/>.</summary>
    public const string Session = "portal_session";

    /// <summary>Where this request comes from; added to each request's principal, never stored.</summary>
    public const string Address = "portal_address";

    /// <summary>A caller who is not signed in: the core answers <see cref="NotSignedIn"/> to everything it asks for.</summary>
    public static Actor Nobody { get; } = new("", "", "", "", null);

    public static ClaimsPrincipal ToPrincipal(this Actor actor) => new(new ClaimsIdentity(
        [
            new Claim(Issuer, actor.Issuer),
            new Claim(Subject, actor.Subject, ClaimValueTypes.String, actor.Issuer),
            new Claim(Name, actor.Name),
            new Claim(Session, actor.SessionId),
        ],
        PortalSchemes.Session, Name, roleType: null));

    public static Actor ToActor(this ClaimsPrincipal user) =>
        user.FindFirst(Session)?.Value is { Length: > 0 } session
            ? new Actor(Value(user, Issuer), Value(user, Subject), Value(user, Name), session, user.FindFirst(Address)?.Value)
            : Nobody;

    /// <summary>Whether both name the same person in the same sign-in.</summary>
    public static bool IsSameSignIn(this Actor one, Actor other) =>
        one.Issuer == other.Issuer && one.Subject == other.Subject && one.SessionId == other.SessionId;

    private static string Value(ClaimsPrincipal user, string type) => user.FindFirst(type)?.Value ?? "";
}
