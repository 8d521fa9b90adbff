namespace Portal.Core.Access;

/// <summary>Which role a value of the identity provider's role claim stands for; section <c>Oidc</c>.</summary>
public sealed class AccessOptions
{
    public const string SectionName = "Oidc";

    /// <summary>
    /// Claim value to role name, <c>Oidc:Roles:&lt;value&gt;</c>. A value that is not listed stands for the role of
    /// the same name, and for no role at all if there is none: an unknown value never gives a right.
    /// </summary>
    public Dictionary<string, string> Roles { get; } = new(StringComparer.Ordinal);

    public Right RightsOf(IEnumerable<string> roleValues)
    {
        var rights = Right.None;
        foreach (var value in roleValues)
        {
            rights |= Role.Find(Roles.GetValueOrDefault(value, value))?.Rights ?? Right.None;
        }

        return rights;
    }
}
