namespace Portal.Core.Access;

/// <summary>An application as an <see cref="Actor"/>: it has no sign-in, its rights are read by its access key.</summary>
public static class ApplicationIdentity
{
    /// <summary>What stands where people have their provider. No person may come with it.</summary>
    public const string Issuer = "application";

    /// <summary>The actor of a call whose signature or bearer token was checked.</summary>
    public static Actor Of(string accessKey, string name, string? address) => new(Issuer, accessKey, name, "", address);
}

/// <summary>What an application may do now.</summary>
/// <param name="AllowsClearText">Whether secrets may be sent to it as they are (V2.1).</param>
public sealed record ApplicationFacts(long ApplicationId, Right Rights, bool AllowsClearText, OrganizationAccess Organization);
