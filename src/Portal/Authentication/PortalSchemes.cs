namespace Portal.Authentication;

/// <summary>Names of the ways to be known to the portal.</summary>
public static class PortalSchemes
{
    /// <summary>The cookie of a signed-in browser.</summary>
    public const string Session = "Session";

    /// <summary>The OpenID Connect provider.</summary>
    public const string Provider = "Provider";
}
