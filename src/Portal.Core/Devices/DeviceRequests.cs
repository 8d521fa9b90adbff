using Portal.Core.Applications;

namespace Portal.Core.Devices;

/// <param name="AssetId">Left out: the portal makes one (8 letters and digits).</param>
/// <param name="DeviceKey">Left out: the portal makes one (10 letters and digits).</param>
/// <param name="Delivery">How the new secret reaches the actor.</param>
public sealed record CreateDeviceRequest(
    string OrganizationId, string ProductKey, string Name, string TimeZone, string? AssetId = null, string? DeviceKey = null,
    string? NameZh = null, string? Description = null, SecretDelivery Delivery = SecretDelivery.Reveal, string? OperationId = null)
{
    public string? NameEn { get; init; }

    /// <summary>EnOS <c>deviceAttributes</c>: the text of a JSON object.</summary>
    public string? Attributes { get; init; }

    /// <summary>EnOS <c>deviceTags</c>.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Stands for all that was asked for in one call: the same device in another batch is another request.</summary>
    public string? Batch { get; init; }
}

/// <param name="CredentialVersion">The generation of the secret.</param>
/// <param name="Secret">Only with <see cref="SecretDelivery.Encrypted"/>.</param>
/// <param name="RequestId">The call that it was first the answer to (<see cref="Access.Actor.RequestId"/>).</param>
public sealed record CreatedDevice(
    string AssetId, string ProductKey, string DeviceKey, Guid? RevealGrantId, int CredentialVersion = 1, EncryptedSecret? Secret = null, string? RequestId = null);

/// <summary>What is changed of a device (EnOS <c>action=update</c>).</summary>
/// <param name="IsPatch">
/// True: what is left out stays, attributes and tags are added to those there are (an attribute of JSON <c>null</c> goes).
/// False: what is left out is emptied; name and time zone are needed.
/// </param>
public sealed record UpdateDeviceRequest(AssetSelector Selector, bool IsPatch)
{
    public string? Name { get; init; }

    public string? NameZh { get; init; }

    public string? NameEn { get; init; }

    public string? Description { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>The text of a JSON object.</summary>
    public string? Attributes { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The <see cref="Device.Version"/> that the caller looked at, if any.</summary>
    public int? SeenVersion { get; init; }

    /// <summary>Made once for each intent; asking again gives the same outcome.</summary>
    public string? OperationId { get; init; }
}

/// <param name="RequestId">As in <see cref="CreatedDevice"/>.</param>
public sealed record ChangedDevice(string AssetId, DeviceStatus Status, int Version, string? RequestId = null);

/// <summary>What became of each of many devices.</summary>
public sealed record ChangedDevices(int Changed, IReadOnlyList<RefusedDevice> Refused);

public sealed record RefusedDevice(string AssetId, string Reason);
