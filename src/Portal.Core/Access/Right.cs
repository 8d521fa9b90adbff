namespace Portal.Core.Access;

/// <summary>What an operator or an application may do; stands in for an EnOS policy.</summary>
[Flags]
public enum Right
{
    None = 0,
    Read = 1,

    /// <summary>Replace hardware and re-issue secrets ("Device Management, Full Access").</summary>
    Replace = 2,

    /// <summary>Create, import, enable, disable, edit and delete devices.</summary>
    ManageDevices = 4,
    ManageApplications = 8,
    ReadAudit = 16,

    /// <summary>Disable people and end their sessions.</summary>
    ManagePeople = 32,

    /// <summary>Read the present secrets of devices. Applications only, one by one: in no role, and no person ever has it.</summary>
    ReadSecrets = 64,
}
