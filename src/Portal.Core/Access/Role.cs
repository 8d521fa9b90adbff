namespace Portal.Core.Access;

/// <summary>A named set of rights; which role a person has comes from the identity provider.</summary>
public sealed record Role(string Name, Right Rights)
{
    public static readonly Role FullAccess = new("FullAccess", Right.Read | Right.Replace | Right.ManageDevices);
    public static readonly Role Technician = new("Technician", Right.Read | Right.Replace);
    public static readonly Role Reader = new("Reader", Right.Read);
    public static readonly Role Auditor = new("Auditor", Right.Read | Right.ReadAudit);
    public static readonly Role Administrator = new(
        "Administrator",
        Right.Read | Right.Replace | Right.ManageDevices | Right.ManageApplications | Right.ReadAudit | Right.ManagePeople);

    public static IReadOnlyList<Role> All { get; } = [FullAccess, Technician, Reader, Auditor, Administrator];

    /// <summary>The role of that name (case and blanks do not matter), or <see langword="null"/>.</summary>
    public static Role? Find(string name)
    {
        var wanted = name.Replace(" ", "", StringComparison.Ordinal);
        return All.FirstOrDefault(role => string.Equals(role.Name, wanted, StringComparison.OrdinalIgnoreCase));
    }
}
