namespace Portal.Core.Devices;

public enum DeviceStatus
{
    /// <summary>Never signed in since its key was assigned.</summary>
    Inactive = 0,
    Online = 1,
    Offline = 2,

    /// <summary>May not sign in until it is enabled again.</summary>
    Disabled = 3,
}
