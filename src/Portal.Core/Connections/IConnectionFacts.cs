using Portal.Core.Devices;

namespace Portal.Core.Connections;

/// <summary>What is looked up of a device that knocks; one folder of the database beside it has the statements.</summary>
public interface IConnectionFacts
{
    /// <summary>The device that has this key now.</summary>
    ConnectingDevice? Find(string productKey, string deviceKey);

    /// <summary>The asset that last had this key before a replacement took it.</summary>
    FormerDevice? FindFormer(string productKey, string deviceKey);
}

/// <summary>A device as its sign-in needs it; secrets sealed.</summary>
/// <param name="MayActivate">Its present generation was made with leave to fetch the secret itself, or by creation.</param>
/// <param name="RenewedAt">When its present secret was made by a replacement or re-issue; nothing for one that it was created with.</param>
/// <param name="HardwareId">The replacement that brought the unit that is there now; 0 for the first.</param>
public sealed record ConnectingDevice(
    long DeviceId, long OrganizationNumber, string AssetId, string ProductKey, string DeviceKey, DeviceStatus Status, bool IsActivated, bool IsGateway,
    int CredentialVersion, string KeyId, byte[] Sealed, bool AllowsSha1, bool AllowsActivation, bool MayActivate,
    DateTimeOffset? RenewedAt, long HardwareId, SealedProductSecret? ProductSecret);

public sealed record SealedProductSecret(int Version, string KeyId, byte[] Sealed);

public sealed record FormerDevice(long DeviceId, long OrganizationNumber, string AssetId);
