using Portal.Core.Access;

namespace Portal.Core.Applications;

/// <summary>Which rights an application may have, and who may give them.</summary>
public static class ApplicationRights
{
    /// <summary>What an application may have at all: it manages neither people nor applications, and audits nobody.</summary>
    public const Right Grantable = Right.Read | Right.Replace | Right.ManageDevices | Right.ReadSecrets;

    /// <summary>Nobody gives more than they have; reading secrets is in no role, so who manages applications gives it.</summary>
    /// <param name="rights">What is given, or what an application has whose secret key is about to be seen.</param>
    internal static RightsNotGrantable? Check(Access.Access access, Right rights)
    {
        var excess = (rights & ~Grantable) | (rights & Grantable & ~(access.Rights | Right.ReadSecrets));
        return excess == Right.None ? null : new RightsNotGrantable(excess);
    }
}
