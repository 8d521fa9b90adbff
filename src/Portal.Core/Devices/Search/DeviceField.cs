namespace Portal.Core.Devices.Search;

/// <summary>What a search may ask of a device, whether the search box or an expression asks.</summary>
public enum DeviceField
{
    /// <summary>Key, asset ID, names and former keys together.</summary>
    Text,
    Status,
    Product,
    Key,
    Asset,
    Name,
    Former,
    Replaced,
    Seen,
    Created,
    State,
    Secret,
    Reason,
    ProductType,
    ModelId,
    FirmwareVersion,
    Tags,
    Attributes,
}
