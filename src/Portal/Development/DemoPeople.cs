using Portal.Core.Access;
using Portal.Core.SampleFleet;

namespace Portal.Development;

/// <summary>Somebody whom the embedded provider lets in, without a password.</summary>
public sealed record DemoPerson(string UserName, string Name, Role Role, IReadOnlyList<SampleOrganization> Organizations);

/// <summary>One person for each role, and two who show what an organization is for.</summary>
public static class DemoPeople
{
    public static IReadOnlyList<DemoPerson> All { get; } =
    [
        new("olga", "Olga Brandt", Role.FullAccess, [SampleOrganizations.Westerly]),
        new("tom", "Tom Fischer", Role.Technician, [SampleOrganizations.Westerly]),
        new("rita", "Rita Novak", Role.Reader, [SampleOrganizations.Westerly]),
        new("anton", "Anton Weber", Role.Auditor, [SampleOrganizations.Westerly]),
        new("ada", "Ada Lindqvist", Role.Administrator, [SampleOrganizations.Westerly]),
        new("lina", "李娜", Role.FullAccess, [SampleOrganizations.Yuanshan]),
        new("maria", "Maria Santos", Role.FullAccess, [SampleOrganizations.Westerly, SampleOrganizations.Voltway]),
    ];

    public static DemoPerson? Find(string? userName) => All.FirstOrDefault(person => person.UserName == userName);
}
